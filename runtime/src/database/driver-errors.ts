import { DataFlowError, dfError } from '../errors/dataflow-error.js';
import type { ErrorContext } from '../errors/dataflow-error.js';
import { InvalidRegex } from '../drivers/sqlite/regex.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { classify, type Kind } from './error-kinds.js';
import { violatedFields } from './violated-fields.js';

/** What was being done when the database refused: names from the user's code. */
export interface Doing {
  readonly model?: CompiledModel;
  readonly operation: string;
}

/**
 * Gives a driver's error its DF code and the names of the user's model and fields. The driver's error is the `cause`; its
 * texts, which may hold row values, are not copied. DataFlow's own errors, and what no driver raised, come back as they are.
 */
export function nameDriverError(error: unknown, { model, operation }: Doing): unknown {
  if (error instanceof DataFlowError) return error.within({ ...(model && { model: model.name }), operation });
  if (error instanceof InvalidRegex) return invalidRegex(error, model, operation);
  const kind = classify(error);
  if (kind === undefined) return error;
  const fields = model === undefined ? [] : violatedFields(error as object, model);
  const context: ErrorContext = { ...(model && { model: model.name }), operation, ...(fields.length && { field: fields.join(', ') }) };
  return make(kind, { place: model === undefined ? operation : `${model.name}.${operation}`, model, fields, error: error as Error }, { cause: error, context });
}

interface Facts {
  /** `User.create`, or `transaction`. */
  readonly place: string;
  readonly model: CompiledModel | undefined;
  readonly fields: readonly string[];
  readonly error: Error;
}

function make(kind: Kind, { place, model, fields, error }: Facts, options: { cause: unknown; context: ErrorContext }): DataFlowError {
  const named = fields.length ? fields.map((name) => `'${name}'`).join(' and ') : undefined;
  switch (kind) {
    case 'unique':
      return dfError('DF-530', { place, fields: named ?? 'a unique key' }, options);
    case 'foreignKey':
      return dfError('DF-531', { place, problem: foreignKeyProblem(error, model, fields, options.context.operation!) }, options);
    case 'notNull':
      return dfError('DF-532', { place, fields: named ?? 'a column' }, options);
    case 'check':
      return dfError('DF-533', { place, fields: named ?? 'the row' }, options);
    case 'missing':
      return dfError('DF-301', { place, table: model?.schema.table ?? 'the table', model: model?.name ?? 'the model' }, options);
    case 'noConnection':
      return dfError('DF-503', { problem: connectionProblem(error) }, options);
    case 'login':
      return dfError('DF-406', { problem: loginProblem(error) }, options);
    case 'cannotOpen':
      return dfError('DF-405', { problem: 'SQLite cannot open it' }, options);
    case 'notADatabase':
      return dfError('DF-405', { problem: 'it is no SQLite database' }, options);
    case 'tooManyConnections':
      return dfError('DF-503', { problem: 'the server takes no more connections' }, options);
    case 'rolledBack':
      return dfError('DF-502', {}, options);
    case 'locked':
      return dfError('DF-535', { place }, options);
    case 'conflict':
      return dfError('DF-536', { place }, options);
    case 'storage':
      return dfError('DF-537', { place }, options);
    case 'corrupt':
      return dfError('DF-538', { place }, options);
    case 'permission':
      return dfError('DF-541', { place }, options);
    case 'value':
      return dfError('DF-542', { place }, options);
    case 'cancelled':
      return dfError('DF-543', { place }, options);
    case 'regex':
      return invalidRegex(error, model, options.context.operation!);
    case 'other':
      return dfError('DF-539', { place, reason: String((error as { code?: unknown }).code) }, options);
  }
}

function invalidRegex(error: Error, model: CompiledModel | undefined, operation: string): DataFlowError {
  const data = { place: model?.name ?? operation, name: '$regex', expected: 'a regular expression', received: 'a pattern that cannot be read' };
  return dfError('DF-103', data, { cause: error, context: { ...(model && { model: model.name }), operation } });
}

function foreignKeyProblem(error: Error, model: CompiledModel | undefined, fields: readonly string[], operation: string): string {
  const references = model?.columns.filter((field) => field.references !== undefined) ?? [];
  const own = references.filter((field) => fields.includes(field.name));
  // PostgreSQL names the table whose foreign key it is: another one's when rows there still refer to this row.
  const { table } = error as { table?: unknown };
  const fromElsewhere = typeof table === 'string' ? table !== model?.schema.table : /delete/i.test(operation);
  if (own.length === 0 && fromElsewhere) return 'other rows still refer to the row';
  const candidates = own.length ? own : references;
  if (candidates.length === 0) return 'other rows still refer to the row';
  return `${candidates.map((field) => `'${field.name}'`).join(' or ')} refers to a ${[...new Set(candidates.map((field) => field.references!.model))].join(' or ')} that does not exist`;
}

function connectionProblem(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return 'nothing answers at that address';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the host name is unknown';
  if (code?.startsWith('57P')) return 'the server is shutting down, starting up, or has ended the session';
  return 'the connection could not be made or broke off';
}

function loginProblem(error: Error): string {
  const { code } = error as { code?: string };
  if (code === '3D000') return 'there is no database of that name';
  if (code === '28P01') return 'user name or password is wrong';
  return 'the server does not let this user in';
}
