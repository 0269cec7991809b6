import type { DatabaseKind } from '../run/contender.js';
import type { PluginCost } from '../compile/plugin.js';
import type { TypeCost } from '../compile/types.js';
import type { RunResult } from '../run/ratios.js';

/** What DataFlow is to reach, as a share of the raw driver's throughput. */
function target(kind: DatabaseKind, workload: string): number {
  if (workload.startsWith('list')) return kind === 'postgres' ? 0.95 : 1.25;
  return workload.startsWith('bulk') || workload.includes('at once') ? 1 : 0.95;
}

/** Why a workload is slower than its target, where that is known. */
const reasons: Readonly<Record<'sqlite' | 'postgres', Readonly<Record<string, string>>>> = {
  sqlite: {
    read: 'A synchronous driver answers in some microseconds; checking the parameters and making the promise take about half of one more.',
    update: 'Which fields and which conditions were given is worked out at every call before the statement is found, about one microsecond.',
    count: 'As update; and the raw driver has nothing to check and no row to make.',
    delete: 'It gives the deleted row back, the raw driver a count.',
    upsert: 'SQLite does not tell an inserted row from an updated one, so it is an update, and an insert when no row was there.',
    'list 20': 'Rows as arrays are quick, but it reads a row more to know whether others follow, makes a cursor, and breaks ties by id.',
    'transaction of 10': 'Every statement is a promise of its own, which the raw driver has not; and the transaction notes where it was opened.',
    bulk: 'Every row is checked and encoded before the first is written.',
  },
  postgres: {
    delete: 'It gives the deleted row back, the raw driver a count.',
    'list 20': 'It reads a row more to know whether others follow, makes a cursor, and breaks ties by id.',
  },
};

/** A list of every column in which the target was missed, or a peer was ahead. Generated, so that no loss is left out. */
export function lossesOf(kind: DatabaseKind, { workloads, contenders }: RunResult): string {
  const ours = contenders.find(({ role }) => role === 'ours');
  if (ours === undefined) return 'DataFlow did not take part.';
  const lines: string[] = [];
  for (const workload of workloads) {
    const figure = ours.figures[workload];
    if (figure === undefined || workload.startsWith('workflow')) continue;
    const wanted = target(kind, workload);
    const ahead = contenders.filter(({ role, figures }) => role === 'peer' && figures[workload] && figures[workload].ratio > figure.ratio);
    const parts: string[] = [];
    const error = Math.abs(1 - (contenders.find(({ role }) => role === 'control')?.figures[workload]?.ratio ?? 1));
    if (figure.ratio < wanted) {
      const within = figure.ratio + error >= wanted ? ', which is within the error of the column' : '';
      parts.push(`${figure.ratio.toFixed(2)} of the raw driver, the target is ${wanted.toFixed(2)}${within}`);
    }
    if (ahead.length) parts.push(`behind ${ahead.map(({ name, figures }) => `${name} (${figures[workload]!.ratio.toFixed(2)})`).join(', ')}`);
    if (parts.length) lines.push(`- **${workload}**: ${parts.join('; ')}.${reasonOf(kind, workload)}`);
  }
  return lines.length ? lines.join('\n') : 'In no column: every target is met, and no peer is ahead.';
}

function reasonOf(kind: DatabaseKind, workload: string): string {
  const reason = Object.entries(reasons[kind === 'postgres' ? 'postgres' : 'sqlite']).find(([name]) => workload.startsWith(name))?.[1];
  return reason === undefined ? '' : ` ${reason}`;
}

/** What the figures of compiling are to reach, and do not. */
export function compileLosses(types: readonly TypeCost[] | undefined, plugin: readonly PluginCost[] | undefined): string {
  const lines: string[] = [];
  const ours = types?.find(({ name }) => name === 'DataFlow');
  if (ours !== undefined) {
    if (ours.instantiations > 40_000) lines.push(`- **Instantiations**: ${ours.instantiations.toLocaleString('en-US')}, the target is 40,000.`);
    const quicker = types!.filter(({ name, checkMs }) => name !== 'empty project' && checkMs < ours.checkMs).map(({ name }) => name);
    if (quicker.length) lines.push(`- **Check time**: ${quicker.join(', ')} ${quicker.length === 1 ? 'needs' : 'need'} less. Its repositories are a few generic classes; the contracts are spelled out per model, and look at names and undefined values that it lets pass.`);
  }
  for (const { models, fresh, unchanged, incremental } of plugin ?? []) {
    const missed = [
      ...(fresh > 1.1 ? [`${fresh.toFixed(2)} when everything is generated, the target is 1.10`] : []),
      ...(unchanged > 1.02 ? [`${unchanged.toFixed(2)} when nothing changed, the target is 1.02`] : []),
      ...(incremental > 1.02 ? [`${incremental.toFixed(2)} incrementally, the target is 1.02`] : []),
    ];
    if (missed.length) lines.push(`- **Plugin, ${models} models**: ${missed.join('; ')}.`);
  }
  return lines.length ? lines.join('\n') : 'Nowhere.';
}
