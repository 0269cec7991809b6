import { createRequire } from 'node:module';
import type { Adapter } from '../support/places.js';
import type { Fate, Wire } from './wire.js';

const require = createRequire(import.meta.url);
type Function = (this: object, ...args: unknown[]) => unknown;
type Prototype = Record<string, Function>;

/**
 * Intercepts what every connection of a SQLite package is asked to run. The packages' own methods do the work; only the
 * ones of `Fate` that fail give SQLITE_IOERR in their place, before or after it.
 */
export function patchedSqlite(adapter: Exclude<Adapter, 'pg'>, url: string): Wire {
  const undo: (() => void)[] = [];
  const waiting: (() => void)[] = [];
  const wire: Wire = {
    url,
    decide: undefined,
    release: () => waiting.splice(0).forEach((go) => go()),
    close: async () => undo.forEach((one) => one()),
  };
  const replace = (prototype: Prototype, name: string, make: (original: Function) => Function): void => {
    const original = prototype[name]!;
    prototype[name] = make(original);
    undo.push(() => (prototype[name] = original));
  };
  if (adapter === 'sqlite3') patchAsync(wire, replace, waiting);
  else patchSync(adapter, wire, replace);
  return wire;
}

type Replace = (prototype: Prototype, name: string, make: (original: Function) => Function) => void;

function patchAsync(wire: Wire, replace: Replace, waiting: (() => void)[]): void {
  const { Database, Statement } = require('sqlite3') as Record<string, { prototype: Prototype }>;
  const texts = new WeakMap<object, string>();
  const connections = new WeakMap<object, object>();
  const exec = Database!.prototype['exec']!;
  replace(Database!.prototype, 'prepare', (original) => function (...args) {
    const statement = original.apply(this, args) as object;
    texts.set(statement, args[0] as string);
    connections.set(statement, this);
    return statement;
  });
  const around = (original: Function, textOf: (self: object, args: unknown[]) => string): Function =>
    function (...args) {
      const { decide } = wire;
      if (decide === undefined) return original.apply(this, args);
      const done = args.pop() as (this: unknown, error: Error | null, ...more: unknown[]) => void;
      const carryOut = (fate: Fate): void => {
        const text = textOf(this, args);
        if (fails(fate, text)) return void setImmediate(() => done.call(this, failure('sqlite3')));
        if (fate === 'given up') return void exec.call(connections.get(this) ?? this, 'ROLLBACK', () => done.call(this, failure('sqlite3', 13)));
        if (fate === 'hang') return void waiting.push(() => carryOut('pass'));
        original.call(this, ...args, function (this: unknown, error: Error | null, ...more: unknown[]) {
          done.call(this, error ?? (fate === 'pass' ? null : failure('sqlite3')), ...more);
        });
      };
      const fate = decide(textOf(this, args));
      if (fate instanceof Promise) void fate.then(carryOut);
      else carryOut(fate);
      return this;
    };
  for (const name of ['all', 'run', 'get']) replace(Statement!.prototype, name, (original) => around(original, (self) => texts.get(self) ?? ''));
  replace(Database!.prototype, 'exec', (original) => around(original, (_, args) => args[0] as string));
}

function patchSync(adapter: string, wire: Wire, replace: Replace): void {
  const loaded = require(adapter) as { DatabaseSync?: { prototype: Prototype }; StatementSync?: { prototype: Prototype } } & (new (file: string) => Prototype);
  const around = (original: Function, textOf: (self: object, args: unknown[]) => string): Function =>
    function (...args) {
      const text = textOf(this, args);
      const fate = wire.decide?.(text) ?? 'pass';
      if (fate instanceof Promise || fate === 'hang') throw new Error(`${adapter} works synchronously; nothing can be held up`);
      if (fate === 'given up') {
        try {
          exec.call(connections.get(this) ?? this, 'ROLLBACK');
        } catch {
          // There was no transaction.
        }
        throw failure(adapter, 13);
      }
      if (fails(fate, text)) throw failure(adapter);
      const result = original.apply(this, args);
      if (fate !== 'pass') throw failure(adapter);
      return result;
    };
  const { DatabaseSync, StatementSync } = loaded;
  const connections = new WeakMap<object, object>();
  const sample = DatabaseSync === undefined ? new loaded(':memory:') : undefined;
  const database = DatabaseSync?.prototype ?? (Object.getPrototypeOf(sample) as Prototype);
  const statement = StatementSync?.prototype ?? (Object.getPrototypeOf(sample!['prepare']!('SELECT 1')) as Prototype);
  const exec = database['exec']!;
  replace(database, 'prepare', (original) => function (...args) {
    const made = original.apply(this, args) as object;
    connections.set(made, this);
    return made;
  });
  for (const name of ['all', 'run', 'get']) {
    replace(statement, name, (original) => around(original, (self) => String((self as { sourceSQL?: unknown; source?: unknown }).sourceSQL ?? (self as { source?: unknown }).source)));
  }
  replace(database, 'exec', (original) => around(original, (_, args) => args[0] as string));
}

/** Whether the statement is not to be carried out. SQLite reports an error of ROLLBACK, but has rolled back. */
function fails(fate: Fate, text: string): boolean {
  return (fate === 'error' || fate === 'lost before') && text !== 'ROLLBACK';
}

/** As the packages make it: 10 is IOERR, 13 is FULL. */
function failure(adapter: string, code: 10 | 13 = 10): Error {
  const kind = adapter === 'node:sqlite' ? { code: 'ERR_SQLITE_ERROR', errcode: code } : { code: code === 10 ? 'SQLITE_IOERR' : 'SQLITE_FULL', errno: code };
  return Object.assign(new Error(code === 10 ? 'disk I/O error' : 'database or disk is full'), kind);
}
