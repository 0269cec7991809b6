import { dfError } from '../errors/dataflow-error.js';
import type { JsonValue } from '../schema/model-schema.js';
import type { IsolationLevel } from '../drivers/driver.js';
import { settingProblems } from './transaction-settings.js';
import { decodeValue } from './tagged-values.js';

export const planFormat = 'dataflow.plan/1';

export type JsonObject = { readonly [key: string]: JsonValue };

/** A workflow as plain, frozen JSON: what a runtime executes, the inspector shows, and another machine can take over. */
export interface PlanData {
  readonly format: typeof planFormat;
  readonly name: string;
  /** In the order in which they were added: nodes that may start together start in this order. */
  readonly nodes: readonly PlanNode[];
  readonly connections: readonly Connection[];
  /** Present when the workflow runs as one transaction. */
  readonly transaction?: TransactionSettings;
  /** What undoes nodes when the run fails; present when there is any. In the order in which they were added. */
  readonly compensations?: readonly Compensation[];
}

export type PlanNode = OperationPlanNode | FunctionPlanNode;

interface PlanNodeBase {
  readonly id: string;
  /** Conditions on earlier results, by node id; values tagged like parameters. */
  readonly when?: JsonObject;
  readonly retry?: RetryPolicy;
  readonly timeoutMs?: number;
}

export interface OperationPlanNode extends PlanNodeBase {
  readonly kind: 'operation';
  /** `UserCreateNode`. */
  readonly type: string;
  /** Version of the node's contract; null when the node was named by a string and its class was not at hand. */
  readonly version: number | null;
  /** What was given. Dates, bigints and bytes are tagged: `{ "$date": … }`, `{ "$bigint": … }`, `{ "$bytes": … }`. */
  readonly params: JsonObject;
}

export interface FunctionPlanNode extends PlanNodeBase {
  readonly kind: 'function';
  /** Name of the function, for people; the function itself is not part of the plan. */
  readonly function: string;
}

export interface Connection {
  /** Node id, or `input`. */
  readonly from: string;
  /** Dot path into the result. */
  readonly output: string;
  readonly to: string;
  /** Dot path into the parameters. */
  readonly input: string;
}

export type Compensation = OperationCompensation | FunctionCompensation;

interface CompensationBase {
  /** Id of the node that is undone. */
  readonly node: string;
  readonly retry?: RetryPolicy;
  readonly timeoutMs?: number;
}

export interface OperationCompensation extends CompensationBase {
  readonly kind: 'operation';
  /** `UserDeleteNode`. */
  readonly type: string;
  readonly version: number | null;
  /** Dot path into the parameters of the undoing node -> dot path into the result of the node that is undone. */
  readonly from: { readonly [input: string]: string };
  /** What was given, tagged as in nodes. */
  readonly params: JsonObject;
}

export interface FunctionCompensation extends CompensationBase {
  readonly kind: 'function';
  readonly function: string;
}

/** The name of a compensation, where nodes have their id: as a step, in errors, and among a workflow's functions. */
export function undoName(node: string): string {
  return `undo(${node})`;
}

export interface RetryPolicy {
  /** Attempts after the first. */
  readonly max: number;
  /** Wait before the first further attempt; doubled before each following one. Default 0. */
  readonly backoffMs?: number;
}

/** What nodes and compensations can be given. */
export interface StepOptions {
  /** Further attempts after a failure. Failures that a repetition cannot change (wrong parameters, DF-1xx) are not repeated. */
  readonly retry?: RetryPolicy;
  /** Time limit of one attempt in milliseconds. Raises DF-552. */
  readonly timeoutMs?: number;
}

export interface NodeOptions extends StepOptions {
  /** The node runs only if these conditions on earlier results hold; otherwise it is skipped. */
  readonly when?: Readonly<Record<string, unknown>>;
}

export interface TransactionSettings {
  /** Default: the database's. SQLite is always serializable. */
  readonly isolation?: IsolationLevel;
  /** Refuses every write. */
  readonly readOnly?: boolean;
  /** PostgreSQL, with `serializable` and `readOnly` only: waits for a moment at which the transaction can neither fail nor hinder others. */
  readonly deferrable?: boolean;
  /** How often the whole workflow is run again after a deadlock or a serialization failure. 3 by default. */
  readonly retries?: number;
}

/** A plan that knows the types of the workflow's inputs and results. */
export interface WorkflowPlan<Inputs = unknown, Results = unknown> extends PlanData {
  /** Exists in types only. */
  readonly $types?: { readonly inputs: Inputs; readonly results: Results };
}

/** The plan as JSON text. */
export function serializePlan(plan: PlanData): string {
  return JSON.stringify(plan);
}

/**
 * Reads a plan from JSON text or parsed JSON and freezes it. Raises DF-801 when it is no plan of this format.
 * Whether the plan makes sense is for `checkWorkflow` to say.
 */
export function parsePlan(source: unknown): PlanData {
  const data = typeof source === 'string' ? parseJson(source) : source;
  const plan = object(data, 'the plan');
  if (plan['format'] !== planFormat) bad(`its format is not '${planFormat}'`);
  const parsed: PlanData = {
    format: planFormat,
    name: text(plan['name'], 'name'),
    nodes: list(plan['nodes'], 'nodes').map(parseNode),
    connections: list(plan['connections'], 'connections').map((item, index) => {
      const place = `connections[${index}]`;
      const value = object(item, place);
      const part = (key: string) => text(value[key], `${place}.${key}`);
      return { from: part('from'), output: part('output'), to: part('to'), input: part('input') };
    }),
    ...(plan['transaction'] !== undefined && { transaction: parseTransaction(plan['transaction']) }),
    ...(plan['compensations'] !== undefined && { compensations: list(plan['compensations'], 'compensations').map(parseCompensation) }),
  };
  return freeze(structuredClone(parsed));
}

function parseNode(item: unknown, index: number): PlanNode {
  const place = `nodes[${index}]`;
  const value = object(item, place);
  const base = {
    id: text(value['id'], `${place}.id`),
    ...(value['when'] !== undefined && { when: tagged(value['when'], `${place}.when`) }),
    ...parseStep(value, place),
  };
  if (value['kind'] === 'function') return { ...base, kind: 'function', function: text(value['function'], `${place}.function`) };
  if (value['kind'] !== 'operation') bad(`${place}.kind is neither 'operation' nor 'function'`);
  return { ...base, kind: 'operation', ...parseOperation(value, place) };
}

function parseCompensation(item: unknown, index: number): Compensation {
  const place = `compensations[${index}]`;
  const value = object(item, place);
  const base = { node: text(value['node'], `${place}.node`), ...parseStep(value, place) };
  if (value['kind'] === 'function') return { ...base, kind: 'function', function: text(value['function'], `${place}.function`) };
  if (value['kind'] !== 'operation') bad(`${place}.kind is neither 'operation' nor 'function'`);
  const from = Object.entries(object(value['from'], `${place}.from`)).map(([input, output]) => [input, text(output, `${place}.from.${input}`)] as const);
  return { ...base, kind: 'operation', ...parseOperation(value, place), from: Object.fromEntries(from) };
}

type Parts = Readonly<Record<string, unknown>>;

function parseStep(value: Parts, place: string): StepOptions {
  return {
    ...(value['retry'] !== undefined && { retry: parseRetry(value['retry'], `${place}.retry`) }),
    ...(value['timeoutMs'] !== undefined && { timeoutMs: count(value['timeoutMs'], `${place}.timeoutMs`) }),
  };
}

function parseOperation(value: Parts, place: string): Pick<OperationPlanNode, 'type' | 'version' | 'params'> {
  const version = value['version'];
  return {
    type: text(value['type'], `${place}.type`),
    version: version === null ? null : count(version, `${place}.version`),
    params: tagged(value['params'], `${place}.params`),
  };
}

function parseRetry(value: unknown, place: string): RetryPolicy {
  const retry = object(value, place);
  const backoff = retry['backoffMs'];
  return { max: count(retry['max'], `${place}.max`), ...(backoff !== undefined && { backoffMs: count(backoff, `${place}.backoffMs`) }) };
}

function parseTransaction(value: unknown): TransactionSettings {
  const settings = object(value, 'transaction');
  const [problem] = settingProblems(settings);
  if (problem !== undefined) bad(`transaction.${problem.option} is not ${problem.wanted}`);
  return settings;
}

function tagged(value: unknown, place: string): JsonObject {
  const parsed = object(value, place) as JsonObject;
  decodeValue(parsed);
  return parsed;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw dfError('DF-801', { reason: 'it is not JSON' }, { cause });
  }
}

function object(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return bad(`${place} is not an object`);
}

function list(value: unknown, place: string): readonly unknown[] {
  return Array.isArray(value) ? value : bad(`${place} is not a list`);
}

function text(value: unknown, place: string): string {
  return typeof value === 'string' ? value : bad(`${place} is not a string`);
}

function count(value: unknown, place: string): number {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : bad(`${place} is not a whole number of at least 0`);
}

function bad(reason: string): never {
  throw dfError('DF-801', { reason });
}

/** Freezes data through and through. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
