import type { DatabaseKind } from '../run/contender.js';
import type { RunResult } from '../run/ratios.js';

/** What DataFlow is to reach, as a share of the raw driver's throughput. */
function target(kind: DatabaseKind, workload: string): number {
  if (workload.startsWith('list')) return kind === 'sqlite' ? 1.25 : 0.95;
  return workload.startsWith('bulk') || workload.includes('at once') ? 1 : 0.95;
}

/** Why a workload is slower than its target, where that is known. */
const reasons: Readonly<Partial<Record<DatabaseKind, Readonly<Record<string, string>>>>> = {};

/** A list of every column in which the target was missed, or a peer was ahead. Generated, so that no loss is left out. */
export function lossesOf(kind: DatabaseKind, { workloads, contenders }: RunResult): string {
  const ours = contenders.find(({ name }) => name === 'DataFlow');
  if (ours === undefined) return 'DataFlow did not take part.';
  const lines: string[] = [];
  for (const workload of workloads) {
    const figure = ours.figures[workload];
    if (figure === undefined || workload.startsWith('workflow')) continue;
    const wanted = target(kind, workload);
    const ahead = contenders.filter(({ role, figures }) => role === 'peer' && figures[workload] && figures[workload].ratio > figure.ratio);
    const parts: string[] = [];
    if (figure.ratio < wanted) parts.push(`${figure.ratio.toFixed(2)} of the raw driver, the target is ${wanted.toFixed(2)}`);
    if (ahead.length) parts.push(`behind ${ahead.map(({ name, figures }) => `${name} (${figures[workload]!.ratio.toFixed(2)})`).join(', ')}`);
    if (parts.length) lines.push(`- **${workload}**: ${parts.join('; ')}.${reasonOf(kind, workload)}`);
  }
  return lines.length ? lines.join('\n') : 'In no column: every target is met, and no peer is ahead.';
}

function reasonOf(kind: DatabaseKind, workload: string): string {
  const reason = Object.entries(reasons[kind] ?? {}).find(([name]) => workload.startsWith(name))?.[1];
  return reason === undefined ? '' : ` ${reason}`;
}
