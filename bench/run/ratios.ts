import type { Contender, DatabaseKind } from './contender.js';
import type { Entry, Rounds } from './measure.js';

export interface RunInfo {
  readonly kind: DatabaseKind;
  readonly database: string;
  readonly rounds: number;
  /** Calls of the plainest workload in a round. */
  readonly calls: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly date: string;
}

/** A contender's figures at one workload. Ratios are of throughput within one round: 2 is twice as fast as the base. */
export interface Figure {
  readonly perSecond: number;
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

export interface RunResult extends RunInfo {
  readonly workloads: readonly string[];
  readonly contenders: readonly { readonly name: string; readonly role: Contender['role']; readonly figures: Readonly<Record<string, Figure>> }[];
}

/** The median over rounds of each contender's throughput as a share of the base's in the same round. */
export function ratiosOf(info: RunInfo, entries: readonly (Entry & Pick<Contender, 'role'>)[], rounds: Rounds): RunResult {
  const base = entries.find(({ role }) => role === 'base');
  if (base === undefined) throw new Error('no contender is the base');
  const contenders = entries.map((entry) => {
    const figures: Record<string, Figure> = {};
    for (const [{ name }, byEntry] of rounds) {
      const [own, bases] = [byEntry.get(entry), byEntry.get(base)];
      if (own === undefined || bases === undefined) continue;
      const ratios = own.map((perSecond, round) => perSecond / bases[round]!);
      figures[name] = { perSecond: median(own), ratio: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
    }
    return { name: entry.name, role: entry.role, figures };
  });
  return { ...info, workloads: [...rounds.keys()].map(({ name }) => name), contenders };
}

/** What results and charts of it are named after. */
export const fileNameOf = (kind: DatabaseKind): string => kind.replace(':', '-');

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A Markdown table of one property of all figures. */
export function tableOf({ workloads, contenders }: RunResult, cell: (figure: Figure) => string = ({ ratio }) => ratio.toFixed(2)): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['', ...workloads]),
    row(['---', ...workloads.map(() => '--:')]),
    ...contenders.map(({ name, role, figures }) => row([role === 'ours' ? `**${name}**` : name, ...workloads.map((workload) => (figures[workload] ? cell(figures[workload]) : ''))])),
  ].join('\n');
}
