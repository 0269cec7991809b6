import type { Executor, Statement } from '../../drivers/driver.js';
import { listCall, type ListSpec } from '../../sql/index.js';
import type { CallOptions } from '../call-options.js';
import { checkParameters, isPlainObject } from '../check-parameters.js';
import type { CompiledModel, Row } from '../compiled-model.js';
import { within } from '../limited-session.js';
import { invalidParameter, notAnObject, undefinedParameter, unknownParameter, wrongType } from '../parameter-errors.js';
import type { Session } from '../session.js';
import { fail } from './fail.js';
import { Handoff } from './handoff.js';

const known = ['filter', 'orderBy', 'select', 'batchSize'];
const defaultBatchSize = 1000;
/** LIMIT wants a number; `listCall` asks for one row more. */
const everyRow = Number.MAX_SAFE_INTEGER - 1;

interface StreamSpec extends Pick<ListSpec, 'filter' | 'orderBy' | 'select'> {
  readonly batchSize: number;
}

/**
 * All rows of a filter, in the order of List, with no more than two batches of them in memory. The next batch is read while
 * the one before is worked on.
 *
 * PostgreSQL: a cursor in the server, in a transaction of its own (or the one it is called in), so that all rows are of one moment; it holds
 * a connection until the loop ends. SQLite: one page after the other; each is of one moment, and rows that others write
 * meanwhile may come or not.
 *
 * @param params `filter`, `orderBy`, `select`, `batchSize` (1000 rows); all may be absent
 * @param options `signal` and `timeoutMs` limit the whole stream
 *
 * Raises, at the first row asked for, what List raises, and DF-540 when its transaction ends before it does.
 */
export async function* stream(model: CompiledModel, session: Session, params: unknown = {}, options?: CallOptions): AsyncGenerator<Row> {
  const hand = new Handoff<readonly Row[]>();
  const producing = produceAll(model, session, params, options, hand).then(
    () => hand.end(),
    (error: unknown) => hand.fail(error),
  );
  try {
    for (let rows = await hand.take(); rows !== undefined; rows = await hand.take()) yield* rows;
  } finally {
    hand.stop();
    await producing;
  }
}

async function produceAll(model: CompiledModel, session: Session, params: unknown, options: CallOptions | undefined, hand: Handoff<readonly Row[]>): Promise<void> {
  try {
    const spec = checked(model, params);
    const run = (on: Session): Promise<void> =>
      options === undefined ? produce(model, on, spec, hand) : within(on, options, model, 'list', (limited) => produce(model, limited, spec, hand));
    await (session.observer === undefined ? run(session) : session.observer.operation(model, 'stream', session, run));
  } catch (error) {
    return fail(error, session, model, 'list');
  }
}

function checked(model: CompiledModel, params: unknown): StreamSpec {
  if (!isPlainObject(params)) throw notAnObject(model, 'list', params);
  const { batchSize = defaultBatchSize, ...list } = params;
  for (const name of Object.keys(params)) {
    if (params[name] === undefined) throw undefinedParameter(model, 'list', name);
    if (!known.includes(name)) throw unknownParameter(model, 'list', name, known);
  }
  if (typeof batchSize !== 'number') throw wrongType(model, 'list', 'batchSize', 'an integer from 1', batchSize);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) throw invalidParameter(model, 'list', 'batchSize', 'an integer from 1', String(batchSize));
  checkParameters(model, 'list', list);
  return { ...list, batchSize };
}

async function produce(model: CompiledModel, session: Session, spec: StreamSpec, hand: Handoff<readonly Row[]>): Promise<void> {
  const pending = session.ready(model);
  if (pending !== undefined) await pending;
  const { dialect } = session.executor;
  if (dialect === 'sqlite') return byPages(model, session, spec, hand);
  if (session.inTransaction) return byCursor(model, session.executor, spec, hand);
  return session.atomically((executor) => byCursor(model, executor, spec, hand));
}

async function byPages(model: CompiledModel, session: Session, { batchSize, ...spec }: StreamSpec, hand: Handoff<readonly Row[]>): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const call = listCall(model, 'sqlite', { ...spec, limit: batchSize, after });
    const { rows } = await session.executor.execute(call.statement, call.values);
    const page = rows.slice(0, batchSize);
    if (page.length > 0 && !(await hand.give(page.map((raw) => call.shape.decode(raw))))) return;
    if (rows.length <= batchSize) return;
    after = call.shape.cursorOf(page.at(-1)!);
  }
}

let cursors = 0;

async function byCursor(model: CompiledModel, executor: Executor, { batchSize, ...spec }: StreamSpec, hand: Handoff<readonly Row[]>): Promise<void> {
  const call = listCall(model, 'postgres', { ...spec, limit: everyRow });
  // Several may be open in one transaction.
  const name = `dataflow_stream_${++cursors}`;
  await executor.execute(once(`DECLARE ${name} NO SCROLL CURSOR FOR ${call.statement.text}`, false), call.values);
  const fetch = once(`FETCH FORWARD ${batchSize} FROM ${name}`, true);
  for (;;) {
    const { rows } = await executor.execute(fetch, []);
    const more = rows.length === batchSize;
    if (rows.length > 0 && !(await hand.give(rows.map((raw) => call.shape.decode(raw))))) break;
    if (!more) break;
  }
  await executor.execute(once(`CLOSE ${name}`, false), []);
}

function once(text: string, returns: boolean): Statement {
  return { text, kind: 'read', returns, fixed: false };
}
