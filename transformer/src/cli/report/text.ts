import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { renderFindings } from '../render.js';
import type { Item } from './items.js';

/** For people: what is wrong with code frames, and a line that sums up. */
export function textReport(tsc: typeof import('typescript'), items: readonly Item[]): string {
  return items.length === 0 ? '' : `${[...items.map((item) => textOf(tsc, item)), summary(items)].join('\n\n')}\n`;
}

/** One item, with the frame of its code, without a newline at the end. */
export function textOf(tsc: typeof import('typescript'), { source }: Item, colors = pc.isColorSupported): string {
  const { check } = source;
  if ('found' in source) return renderFindings(tsc, [source.found], check.program, check.project.folder, colors).trimEnd();
  const host = { getCurrentDirectory: () => process.cwd(), getCanonicalFileName: (name: string) => name, getNewLine: () => '\n' };
  const text = tsc.formatDiagnosticsWithColorAndContext([source.diagnostic], host).trimEnd();
  return colors ? text : stripVTControlCharacters(text);
}

/** `2 errors and 1 warning; …` */
function summary(items: readonly Item[]): string {
  const errors = items.filter(({ severity }) => severity === 'error').length;
  const numbers = [...(errors ? [count(errors, 'error')] : []), ...(items.length > errors ? [count(items.length - errors, 'warning')] : [])].join(' and ');
  const fixable = items.filter(({ source }) => 'found' in source && source.found.fixes?.some(({ applicability }) => applicability === 'MachineApplicable')).length;
  const code = items.find(({ source }) => 'found' in source)?.code;
  const hints = [...(fixable ? [`\`dataflow fix\` puts ${fixable} right`] : []), ...(code ? [`\`dataflow explain ${code}\` says more`] : [])];
  return [pc.bold(numbers), ...hints].join('; ');
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
