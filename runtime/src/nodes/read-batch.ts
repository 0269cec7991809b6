import type { DriverValue, Executor, RawValue } from '../drivers/driver.js';
import { readManyCall } from '../sql/index.js';
import type { CompiledModel } from './compiled-model.js';

/** Ids of one query; more are sent as several. */
const most = 500;

interface Waiting {
  readonly id: DriverValue;
  readonly executor: Executor;
  readonly resolve: (raw: readonly RawValue[] | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the reads by id that a program makes at once, `Promise.all(ids.map((id) => User.read({ id })))`, and sends those
 * of one model as one query. A read that is alone is sent as it would be without. For databases that are waited for, outside of
 * transactions: there a query's way costs more than the query.
 */
export class ReadBatch {
  readonly #executor: (model: CompiledModel) => Executor;
  readonly #waiting = new Map<CompiledModel, Waiting[]>();

  /** @param executor called when reads are sent; what it throws, their promises are rejected with */
  constructor(executor: (model: CompiledModel) => Executor) {
    this.#executor = executor;
  }

  /**
   * The raw row with this id, undefined when there is none.
   * @param id encoded
   * @param executor of the call: what it is sent with when it is alone
   */
  read(model: CompiledModel, id: DriverValue, executor: Executor): Promise<readonly RawValue[] | undefined> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(model);
      if (waiting !== undefined) {
        waiting.push({ id, executor, resolve, reject });
        return;
      }
      this.#waiting.set(model, [{ id, executor, resolve, reject }]);
      // After everything that is ready to run now: whoever reads at once has called by then.
      if (this.#waiting.size === 1) process.nextTick(() => this.#send());
    });
  }

  #send(): void {
    const models = [...this.#waiting];
    this.#waiting.clear();
    for (const [model, waiting] of models) {
      for (let start = 0; start < waiting.length; start += most) void this.#query(model, waiting.slice(start, start + most));
    }
  }

  async #query(model: CompiledModel, waiting: readonly Waiting[]): Promise<void> {
    try {
      if (waiting.length === 1) {
        const [{ id, executor, resolve }] = waiting as [Waiting];
        resolve((await executor.execute(model.statements[executor.dialect].read, [id])).rows[0]);
        return;
      }
      const executor = this.#executor(model);
      const { statement, values } = readManyCall(model, executor.dialect, waiting.map(({ id }) => id));
      const { rows } = await executor.execute(statement, values);
      const place = model.byName.get('id')!.index;
      const byId = new Map(rows.map((raw) => [String(raw[place]), raw]));
      for (const { id, resolve } of waiting) resolve(byId.get(String(id)));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
