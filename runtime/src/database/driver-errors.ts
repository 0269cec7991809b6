import { DataFlowError, dfError } from '../errors/dataflow-error.js';
import type { ErrorContext, ErrorMode } from '../errors/dataflow-error.js';
import type { Executor } from '../drivers/driver.js';
import { InvalidRegex } from '../drivers/sqlite/regex.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { classify, type Kind } from './error-kinds.js';
import { connectionProblem, foreignKeyProblem, lockedTable, loginProblem, refusal } from './error-texts.js';
import { explainByTable } from './schema-conflict.js';
import { columnElsewhere, violatedFields } from './violated-fields.js';
import { certificateProblem, tlsProblem } from './tls-errors.js';

/** How the drivers' errors of a `DataFlow` are told. */
export interface Naming {
  /** `errors.mode` of the `DataFlow`; `full` by default. */
  readonly mode?: ErrorMode;
  /**
   * Milliseconds that this `DataFlow` has allowed the server for a statement, when it has. The server reports the end of that time
   * and a cancellation by somebody else by the same code.
   */
  readonly statementMs?: number;
}

/** What was being done when the database refused: names from the user's code. */
export interface Doing extends Naming {
  readonly model?: CompiledModel;
  readonly operation: string;
}

/**
 * Gives a driver's error its DF code and the names of the user's model and fields. The driver's error is the `cause`; its
 * texts, which may hold row values, are not copied. DataFlow's own errors, and what no driver raised, come back as they are;
 * with mode `disabled` so does the driver's error.
 */
export function nameDriverError(error: unknown, doing: Doing): unknown {
  const { model, operation, mode } = doing;
  if (error instanceof DataFlowError) return error.within({ ...(model && { model: model.name }), operation }, mode);
  if (error instanceof InvalidRegex) return invalidRegex(error, model, operation).inMode(mode);
  const kind = classify(error);
  if (kind === undefined || mode === 'disabled') return error;
  return named(kind, error as Error, doing);
}

/**
 * Throws what the user is to see: the named error, and where it says that the table is not as the model describes it, one that
 * says in what, found out by a query to the catalog.
 * @param executor where that query may be run; without one, or when it fails, the error stays general
 */
export function raiseDriverError(error: unknown, doing: Doing, executor?: () => Executor): never | Promise<never> {
  const { model, mode } = doing;
  const kind = error instanceof DataFlowError || mode === 'disabled' ? undefined : classify(error);
  if (kind === undefined || model === undefined || executor === undefined || !byTable.has(kind)) throw nameDriverError(error, doing);
  const general = named(kind, error as Error, doing);
  return explainByTable(general, error as Error, kind, model, executor).then((explained) => {
    if (explained === general) throw general;
    // It was made after the call's frames had gone.
    if (typeof general.stack === 'string') explained.stack = general.stack.replace(general.message, () => explained.message);
    throw explained.within({ model: model.name, operation: doing.operation }, mode);
  });
}

/** Refusals that have to do with what the table is like. */
const byTable: ReadonlySet<Kind> = new Set<Kind>(['missingTable', 'missingColumn', 'otherType', 'value', 'tooLong', 'outOfRange']);

function named(kind: Kind, error: Error, doing: Doing): DataFlowError {
  const { model, operation, mode } = doing;
  const fields = model === undefined ? [] : violatedFields(error, model);
  const context: ErrorContext = { ...(model && { model: model.name }), operation, ...(fields.length && { field: fields.join(', ') }) };
  return make(kind, { place: placeOf(doing), fields, error, doing }, { cause: error, context }).inMode(mode);
}

/** `User.create`, or `transaction`. */
function placeOf({ model, operation }: Doing): string {
  return model === undefined ? operation : `${model.name}.${operation}`;
}

interface Facts {
  readonly place: string;
  readonly fields: readonly string[];
  readonly error: Error;
  readonly doing: Doing;
}

function make(kind: Kind, { place, fields, error, doing }: Facts, options: { cause: unknown; context: ErrorContext }): DataFlowError {
  const { model, operation, statementMs = 0 } = doing;
  const names = fields.length ? fields.map((name) => `'${name}'`).join(' and ') : undefined;
  switch (kind) {
    case 'unique':
      return dfError('DF-530', { place, fields: names ?? 'a unique key' }, options);
    case 'foreignKey':
      return dfError('DF-531', { place, problem: foreignKeyProblem(error, model, fields, operation) }, options);
    case 'notNull':
      return dfError('DF-532', { place, fields: names ?? columnElsewhere(error, model) ?? 'a column' }, options);
    case 'check':
      return dfError('DF-533', { place, fields: names ?? 'the row' }, options);
    case 'missingTable':
    case 'missingColumn':
    case 'otherType':
      return model === undefined ? dfError('DF-539', { place, reason: refusal(error) }, options) : schemaConflict(kind, place, model, options);
    case 'value':
      return dfError('DF-542', { place, column: names ?? 'its column in the database' }, options);
    case 'tooLong':
      return dfError('DF-544', { place, column: names ?? 'its column in the database' }, options);
    case 'outOfRange':
      return dfError('DF-545', { place, column: names ?? 'its column in the database' }, options);
    case 'regex':
      return invalidRegex(error, model, operation);
    case 'noConnection':
      return dfError('DF-503', { problem: connectionProblem(error) }, options);
    case 'certificate':
      return dfError('DF-407', { problem: certificateProblem(error) }, options);
    case 'noTls':
      return dfError('DF-408', {}, options);
    case 'tls':
      return dfError('DF-409', { problem: tlsProblem(error) }, options);
    case 'tooManyConnections':
      return dfError('DF-548', { place }, options);
    case 'login':
      return dfError('DF-406', { problem: loginProblem(error) }, options);
    case 'noDatabase':
      return dfError('DF-309', {}, options);
    case 'cannotOpen':
      return dfError('DF-405', { problem: 'SQLite cannot open it' }, options);
    case 'notADatabase':
      return dfError('DF-405', { problem: 'it is no SQLite database' }, options);
    case 'rolledBack':
      return dfError('DF-502', {}, options);
    case 'locked':
      return dfError('DF-535', { place }, options);
    case 'serialization':
      return dfError('DF-536', { place }, options);
    case 'deadlock': {
      const table = lockedTable(error, model);
      return dfError('DF-546', { place, where: table === undefined ? '' : ` on table '${table}'` }, { ...options, context: { ...options.context, ...(table && { table }) } });
    }
    case 'cancelled':
      return statementMs > 0 ? dfError('DF-547', { place, limit: statementMs }, options) : dfError('DF-543', { place }, options);
    case 'diskFull':
      return dfError('DF-537', { place }, options);
    case 'readOnly':
      return dfError('DF-549', { place }, options);
    case 'corrupt':
      return dfError('DF-538', { place }, options);
    case 'permission':
      return dfError('DF-541', { place }, options);
    case 'other':
      return dfError('DF-539', { place, reason: refusal(error) }, options);
  }
}

/** What can be said before the table has been looked at. */
function schemaConflict(kind: Kind, place: string, { name, schema: { table } }: CompiledModel, options: { cause: unknown; context: ErrorContext }): DataFlowError {
  if (kind === 'missingTable') return dfError('DF-308', { place, table, model: name }, options);
  const differences = kind === 'missingColumn' ? 'a column is missing' : 'a column has another type';
  return dfError('DF-301', { place, table, model: name, differences, remedy: `compare its columns with the class ${name}` }, options);
}

function invalidRegex(error: Error, model: CompiledModel | undefined, operation: string): DataFlowError {
  const data = { place: model?.name ?? operation, name: '$regex', expected: 'a regular expression', received: 'a pattern that cannot be read' };
  return dfError('DF-103', data, { cause: error, context: { ...(model && { model: model.name }), operation } });
}
