import { didYouMean } from '../../errors/near-names.js';
import type { Logger } from '../logger.js';

/** What an option's value may be. */
export type ValueType =
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'boolean' | 'text' | 'url' | 'certificate' | 'privateKey' | 'schema' | 'logger' }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

/** What is wrong with a value, undefined when nothing is. Values are not repeated: they could be secrets. */
export function problemWith(type: ValueType, value: unknown): string | undefined {
  switch (type.kind) {
    case 'integer':
      return Number.isInteger(value) && (value as number) >= type.least && (value as number) <= type.most ? undefined : `a whole number from ${type.least} to ${type.most} is expected`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false is expected';
    case 'choice':
      return type.of.includes(value as string) ? undefined : choiceProblem(value, type.of);
    case 'url':
      return typeof value === 'string' ? undefined : `a text is expected, such as 'sqlite:///app.db'`;
    case 'text':
      return typeof value === 'string' && value !== '' ? undefined : 'a text is expected';
    case 'certificate':
      return isPem(value, 'CERTIFICATE') ? undefined : 'a certificate in PEM is expected: its text, not the name of its file';
    case 'privateKey':
      return isPem(value, 'PRIVATE KEY') ? undefined : 'a private key in PEM is expected: its text, not the name of its file';
    case 'schema':
      return isSchema(value) ? undefined : `'schema' of the generated index is expected: import { schema } from '#dataflow'`;
    case 'logger':
      return isLogger(value) ? undefined : 'an object with the methods debug, info, warn and error is expected';
  }
}

/** The value that the text of an environment variable means; `problemWith` says whether it is one. */
export function valueOf(type: ValueType, text: string): unknown {
  if (type.kind === 'integer') return /^\d+$/.test(text) ? Number(text) : undefined;
  if (type.kind === 'boolean') return { '1': true, true: true, '0': false, false: false }[text.toLowerCase()];
  return text;
}

function choiceProblem(value: unknown, known: readonly string[]): string {
  const near = typeof value === 'string' ? didYouMean(value, known) : '';
  return near === '' ? `${known.map((name) => `'${name}'`).join(', ')} are allowed` : `there is no such value${near}`;
}

function isPem(value: unknown, what: string): boolean {
  return typeof value === 'string' && new RegExp(`-----BEGIN [A-Z ]*${what}-----`).test(value);
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'models' in value && 'nodes' in value;
}

function isLogger(value: unknown): value is Logger {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return (['debug', 'info', 'warn', 'error'] as const).every((method) => typeof (value as Partial<Logger>)[method] === 'function');
}
