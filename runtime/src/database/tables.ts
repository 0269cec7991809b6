import { DataFlowError } from '../errors/dataflow-error.js';
import type { Executor } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import { ensureTables, type TablePlace, type TablePolicy } from './ensure-tables.js';
import type { SchemaCacheOptions } from './options.js';

export interface TableSettings extends Required<SchemaCacheOptions> {
  /** Undefined when tables are neither created nor compared: then all count as known. */
  readonly policy: TablePolicy | undefined;
}

/** What has happened, counted from the beginning. */
export interface TableCounts {
  hits: number;
  misses: number;
  evictions: number;
  validations: number;
  mismatches: number;
  creations: number;
  failures: number;
}

interface Entry {
  /** When it must be looked for again, by the clock. */
  until: number;
  /** Grows with every use of any table: the least was not used for longest. */
  used: number;
}

interface Failure {
  readonly error: unknown;
  readonly until: number;
  readonly delayMs: number;
}

const firstDelayMs = 100;
const longestDelayMs = 5000;

/**
 * Which models' tables are known to be there: for a database, and, while a transaction that created some is open, for that
 * transaction (its tables are gone when it is rolled back).
 */
export class Tables {
  readonly counts: TableCounts;
  readonly #place: TablePlace;
  readonly #parent: Tables | undefined;
  readonly #settings: TableSettings;
  /** Those of transactions. */
  #inner: TableSettings | undefined;
  readonly #now: () => number;
  readonly #entries = new Map<CompiledModel, Entry>();
  readonly #failures = new Map<CompiledModel, Failure>();
  readonly #underWay = new Map<CompiledModel, Promise<void>>();
  #uses = 0;
  /** Grows when something is forgotten: what was being looked at then is not remembered. */
  #forgotten = 0;

  /**
   * @param now a clock in milliseconds
   * @param parent what a transaction is within
   */
  constructor(place: TablePlace, settings: TableSettings, now: () => number = () => performance.now(), parent?: Tables) {
    this.#place = place;
    this.#settings = settings;
    this.#now = now;
    this.#parent = parent;
    this.counts = parent?.counts ?? { hits: 0, misses: 0, evictions: 0, validations: 0, mismatches: 0, creations: 0, failures: 0 };
  }

  /** Those of a transaction: what it creates it creates itself, so that a rollback takes it along. They end with it, so nothing limits them. */
  within(scope: Executor): Tables {
    this.#inner ??= { ...this.#settings, ttlMs: 0, maxSize: Infinity };
    return new Tables({ executor: scope, atomically: (work) => work(scope) }, this.#inner, this.#now, this);
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * `undefined` when the table is known to be there; otherwise it is there when the promise resolves. Whoever comes meanwhile waits for
   * the same. After a failure to create it, or when it is not as the model describes it, the same error comes back at once for a
   * while that grows from 100 ms to 5 s.
   */
  ready(model: CompiledModel): Promise<void> | undefined {
    const { policy } = this.#settings;
    if (policy === undefined) return undefined;
    const entry = this.#fresh(model);
    if (entry !== undefined) {
      entry.used = ++this.#uses;
      this.counts.hits++;
      return undefined;
    }
    if (this.#parent !== undefined && this.#parent.#knows(model)) {
      this.counts.hits++;
      return undefined;
    }
    return (this.#underWay.get(model) ?? this.#start(model, policy)).catch(throwCopy);
  }

  /** Takes over what a committed transaction has created. */
  adopt(child: Tables): void {
    for (const model of child.#entries.keys()) this.#remember(model);
  }

  /** The table of the model, or one it refers to, turned out not to be there, or to be otherwise: all of them are looked for again. */
  forget(model: CompiledModel): void {
    for (const one of withRelated(model)) this.#entries.delete(one);
    this.#forgotten++;
    this.#parent?.forget(model);
  }

  /** Forgets one table or all, and failures. Gives how many tables were known. */
  clear(table?: string): number {
    this.#forgotten++;
    const of = (model: CompiledModel): boolean => table === undefined || model.schema.table === table;
    for (const model of this.#failures.keys()) if (of(model)) this.#failures.delete(model);
    const known = [...this.#entries.keys()].filter(of);
    for (const model of known) this.#entries.delete(model);
    return known.length;
  }

  #fresh(model: CompiledModel): Entry | undefined {
    const entry = this.#entries.get(model);
    return entry === undefined || entry.until === Infinity || this.#now() < entry.until ? entry : undefined;
  }

  #knows(model: CompiledModel): boolean {
    const entry = this.#fresh(model);
    if (entry !== undefined) entry.used = ++this.#uses;
    return entry !== undefined || (this.#parent !== undefined && this.#parent.#knows(model));
  }

  #remember(model: CompiledModel): void {
    const { enabled, ttlMs, maxSize } = this.#settings;
    if (!enabled) return;
    this.#entries.set(model, { until: ttlMs === 0 ? Infinity : this.#now() + ttlMs, used: ++this.#uses });
    while (this.#entries.size > maxSize) {
      this.#entries.delete(leastUsed(this.#entries));
      this.counts.evictions++;
    }
  }

  #start(model: CompiledModel, policy: TablePolicy): Promise<void> {
    this.counts.misses++;
    const failure = this.#failure(model);
    if (failure !== undefined && this.#now() < failure.until) return Promise.reject(failure.error);
    // The model itself comes first, and is remembered last: with little room it is the one to be kept.
    const models = [...withRelated(model)].filter((one) => !this.#knows(one));
    const before = this.#forgotten;
    const started = ensureTables(this.#place, models, policy).then(
      ({ created, validated, problem }) => {
        this.#underWay.delete(model);
        this.counts.creations += created;
        this.counts.validations += validated;
        if (problem !== undefined) {
          this.counts[problem.kind === 'failure' ? 'failures' : 'mismatches']++;
          this.#refused(model, problem.error, failure);
          throw problem.error;
        }
        this.#failures.delete(model);
        if (this.#forgotten === before) for (const one of models.reverse()) this.#remember(one);
      },
      (error: unknown) => {
        this.#underWay.delete(model);
        throw error;
      },
    );
    this.#underWay.set(model, started);
    return started;
  }

  #failure(model: CompiledModel): Failure | undefined {
    return this.#failures.get(model) ?? (this.#parent === undefined ? undefined : this.#parent.#failure(model));
  }

  /** A transaction's own failures say nothing about others: it may be one that only reads. */
  #refused(model: CompiledModel, error: unknown, last: Failure | undefined): void {
    if (this.#parent !== undefined || !this.#settings.enabled) return;
    const delayMs = last === undefined ? firstDelayMs : Math.min(2 * last.delayMs, longestDelayMs);
    this.#failures.set(model, { error, until: this.#now() + delayMs, delayMs });
  }
}

/** The model and all that its foreign keys lead to, however far. */
function withRelated(model: CompiledModel, found = new Set<CompiledModel>()): Set<CompiledModel> {
  if (found.has(model)) return found;
  found.add(model);
  for (const other of model.related()) withRelated(other, found);
  return found;
}

function leastUsed(entries: ReadonlyMap<CompiledModel, Entry>): CompiledModel {
  let least: CompiledModel | undefined;
  let used = Infinity;
  for (const [model, entry] of entries) {
    if (entry.used < used) [least, used] = [model, entry.used];
  }
  return least!;
}

/** Whoever waits gets an error of its own, for callers add to it where they met it. What has no code, a driver's error, is given as it is. */
function throwCopy(error: unknown): never {
  if (!(error instanceof DataFlowError)) throw error;
  const { code, context, cause, mode } = error;
  throw new DataFlowError(code, context as Readonly<Record<string, string>>, { cause, context }).within({}, mode);
}
