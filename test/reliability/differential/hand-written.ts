import type { Place } from '../support/places.js';
import { names, type Filter, type Name, type Order, type Outcome, type Row, type Step } from './program.js';

/** The table as one would write it by hand. */
const table = {
  sqlite: `CREATE TABLE by_hand (id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT, qty INTEGER, price TEXT, weight REAL,
    serial INTEGER, active INTEGER, at TEXT, day TEXT, kind TEXT)`,
  postgres: `CREATE TABLE by_hand (id integer PRIMARY KEY, sku text COLLATE "C" NOT NULL UNIQUE, name text COLLATE "C", qty integer, price numeric,
    weight double precision, serial bigint, active boolean, at timestamptz(3), day date, kind text COLLATE "C")`,
};
/** Columns as they are read: what the package would give with a loss is asked for as text. */
const columns = {
  sqlite: 'id, sku, name, qty, price, weight, CAST(serial AS TEXT), active, at, day, kind',
  postgres: 'id, sku, name, qty, price::text AS price_text, weight, serial, active, at, day::text AS day_text, kind',
};

const unique = 'DF-530';

/** Carries out steps by SQL that was written for this test, on the bare package, in a table of its own. */
export class HandWritten {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  async open(): Promise<void> {
    await this.#place.raw(table[this.#place.dialect]);
    // `LIKE` minds case then, as in every other database.
    if (this.#place.dialect === 'sqlite') await this.#place.raw('PRAGMA case_sensitive_like = ON');
  }

  async start(rows: readonly Row[]): Promise<void> {
    await this.#place.raw('DELETE FROM by_hand');
    for (const row of rows) await this.#insert(row);
  }

  /** All rows of a table of the same columns, in a form that can be compared. */
  async rowsOf(name: string): Promise<Row[]> {
    return (await this.#place.raw(`SELECT ${columns[this.#place.dialect]} FROM ${name} ORDER BY id`)).map((raw) => this.#decode(raw));
  }

  async run(step: Step): Promise<Outcome> {
    const severalStatements = 'rows' in step || step.do === 'updateEach';
    if (!severalStatements) return this.#outcome(step);
    const before = await this.rowsOf('by_hand');
    const outcome = await this.#outcome(step);
    // `raw` may use any connection, so that there is no transaction here: what one would undo is put back.
    if ('failed' in outcome) await this.start(before);
    return outcome;
  }

  async #outcome(step: Step): Promise<Outcome> {
    try {
      return { gave: await this.#do(step) };
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      if (code === '23505' || /UNIQUE constraint failed/.test(message)) return { failed: unique };
      throw error;
    }
  }

  async #do(step: Step): Promise<unknown> {
    switch (step.do) {
      case 'list': {
        const where = new Where(this.#place.dialect);
        const condition = step.filter ? where.of(step.filter) : 'TRUE';
        return this.#select(`WHERE ${condition} ORDER BY ${orderOf(step.orderBy, this.#place.dialect)} LIMIT ${step.limit} OFFSET ${step.offset}`, where.values);
      }
      case 'pages': {
        const where = new Where(this.#place.dialect);
        const condition = step.filter ? where.of(step.filter) : 'TRUE';
        return this.#select(`WHERE ${condition} ORDER BY ${orderOf(step.orderBy, this.#place.dialect)}`, where.values);
      }
      case 'count': return this.#count(step.filter);
      case 'read': return (await this.#byId(step.id)) ?? null;
      case 'delete': {
        const there = (await this.#byId(step.id)) !== undefined;
        await this.#place.raw(`DELETE FROM by_hand WHERE id = ${step.id}`);
        return there;
      }
      case 'create': {
        await this.#insert(step.row);
        return this.#byId(step.row['id'] as number);
      }
      case 'update': {
        if ((await this.#update({ id: step.id, ...step.filter }, step.fields)) === 0) return null;
        return this.#byId(step.id);
      }
      case 'upsert': {
        const [there] = await this.#matching({ sku: step.row['sku'] });
        if (there === undefined) {
          await this.#insert(step.row);
          return [true, await this.#byId(step.row['id'] as number)];
        }
        await this.#update({ id: there['id'] }, step.update);
        return [false, await this.#byId(there['id'] as number)];
      }
      case 'bulkCreate': {
        let inserted = 0;
        for (const row of step.rows) {
          const taken = await this.#count({ $or: [{ id: row['id'] }, { sku: row['sku'] }] });
          if (taken > 0 && step.onConflict === 'skip') continue;
          await this.#insert(row);
          inserted++;
        }
        return [inserted, step.rows.length - inserted];
      }
      case 'bulkUpsert': {
        const last = new Map(step.rows.map((row, i) => [row['id'], i]));
        let [inserted, updated] = [0, 0];
        for (const [i, row] of step.rows.entries()) {
          if (last.get(row['id']) !== i) continue;
          if ((await this.#byId(row['id'] as number)) === undefined) {
            await this.#insert(row);
            inserted++;
          } else {
            await this.#update({ id: row['id'] }, row);
            updated++;
          }
        }
        return [inserted, updated];
      }
      case 'bulkUpdate': return this.#update(step.filter, step.fields);
      case 'updateEach': {
        const missing: number[] = [];
        for (const { id, fields } of step.changes) if ((await this.#update({ id }, fields)) === 0) missing.push(id);
        return [step.changes.length - missing.length, missing];
      }
      case 'bulkDelete': {
        const found = await this.#count(step.filter);
        const where = new Where(this.#place.dialect);
        await this.#place.raw(`DELETE FROM by_hand WHERE ${where.of(step.filter)}`, where.values);
        return found;
      }
    }
  }

  async #byId(id: number): Promise<Row | undefined> {
    return (await this.#matching({ id }))[0];
  }

  #matching(filter: Filter): Promise<Row[]> {
    const where = new Where(this.#place.dialect);
    return this.#select(`WHERE ${where.of(filter)}`, where.values);
  }

  async #count(filter: Filter): Promise<number> {
    const where = new Where(this.#place.dialect);
    return Number((await this.#place.raw(`SELECT count(*) AS n FROM by_hand WHERE ${where.of(filter)}`, where.values))[0]![0]);
  }

  async #insert(row: Row): Promise<void> {
    const marks = names.map((_, i) => (this.#place.dialect === 'sqlite' ? '?' : `$${i + 1}`));
    await this.#place.raw(`INSERT INTO by_hand (${names.join(', ')}) VALUES (${marks.join(', ')})`, names.map((name) => encode(this.#place.dialect, row[name])));
  }

  /** How many rows it changed. The filter is looked at before anything changes. */
  async #update(filter: Filter, fields: Row): Promise<number> {
    const found = await this.#count(filter);
    if (found === 0) return 0;
    const { dialect } = this.#place;
    const sets = new Where(dialect);
    const set = Object.entries(fields).map(([name, value]) => `${name} = ${sets.bind(value)}`);
    await this.#place.raw(`UPDATE by_hand SET ${set.join(', ')} WHERE ${sets.of(filter)}`, sets.values);
    return found;
  }

  async #select(rest: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.#place.raw(`SELECT ${columns[this.#place.dialect]} FROM by_hand ${rest}`, values)).map((raw) => this.#decode(raw));
  }

  #decode(raw: readonly unknown[]): Row {
    const row: Record<string, unknown> = Object.fromEntries(names.map((name, i) => [name, raw[i]]));
    if (row['serial'] !== null) row['serial'] = BigInt(row['serial'] as string);
    if (this.#place.dialect === 'sqlite') {
      if (row['active'] !== null) row['active'] = row['active'] === 1;
      if (row['at'] !== null) row['at'] = new Date(row['at'] as string);
    }
    return row;
  }
}

function encode(dialect: Place['dialect'], value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (dialect === 'sqlite' && typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return value.toISOString();
  return value;
}

const comparisons: Readonly<Record<string, string>> = { $eq: '=', $ne: '<>', $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' };

/** A condition with its bound values. */
class Where {
  readonly values: unknown[] = [];
  readonly #dialect: Place['dialect'];

  constructor(dialect: Place['dialect']) {
    this.#dialect = dialect;
  }

  bind(value: unknown): string {
    this.values.push(encode(this.#dialect, value));
    return this.#dialect === 'sqlite' ? '?' : `$${this.values.length}`;
  }

  of(filter: Filter): string {
    const parts = Object.entries(filter).map(([name, given]) => {
      if (name === '$and') return this.#all(given as Filter[], ' AND ', 'TRUE');
      if (name === '$or') return this.#all(given as Filter[], ' OR ', 'FALSE');
      if (name === '$not') return `NOT (${this.of(given as Filter)})`;
      return this.#field(name as Name, given);
    });
    return parts.length === 0 ? 'TRUE' : parts.join(' AND ');
  }

  #all(filters: readonly Filter[], word: string, empty: string): string {
    return filters.length === 0 ? empty : `(${filters.map((one) => `(${this.of(one)})`).join(word)})`;
  }

  #field(name: Name, given: unknown): string {
    if (given === null) return `${name} IS NULL`;
    if (typeof given !== 'object' || given instanceof Date) return this.#holds(name, '$eq', given);
    return Object.entries(given).map(([operator, operand]) => this.#holds(name, operator, operand)).join(' AND ');
  }

  #holds(name: Name, operator: string, operand: unknown): string {
    // Decimals are text on SQLite; those of this test fit a double.
    const number = (text: string): string => (name === 'price' && this.#dialect === 'sqlite' ? `CAST(${text} AS REAL)` : text);
    const value = (one: unknown): string => (name === 'serial' && this.#dialect === 'sqlite' ? `CAST(${this.bind(one)} AS INTEGER)` : number(this.bind(one)));
    const column = number(name);
    if (operator in comparisons) return `${column} ${comparisons[operator]} ${value(operand)}`;
    const list = operand as readonly unknown[];
    const like = (pattern: string): string => `${name} LIKE ${this.bind(pattern)} ESCAPE '\\'`;
    const literal = String(operand).replace(/[\\%_]/g, '\\$&');
    switch (operator) {
      case '$null': return `${name} IS ${operand === true ? '' : 'NOT '}NULL`;
      case '$in': return list.length === 0 ? 'FALSE' : `${column} IN (${list.map(value).join(', ')})`;
      case '$nin': return list.length === 0 ? 'TRUE' : `${column} NOT IN (${list.map(value).join(', ')})`;
      case '$between': return `${column} BETWEEN ${value(list[0])} AND ${value(list[1])}`;
      case '$contains': return like(`%${literal}%`);
      case '$startsWith': return like(`${literal}%`);
      case '$endsWith': return like(`%${literal}`);
      case '$like': return like(operand as string);
      case '$ilike': return `lower(${name}) LIKE lower(${this.bind(operand)}) ESCAPE '\\'`;
      default: throw new Error(`no SQL was written for ${operator}`);
    }
  }
}

function orderOf(order: Order, dialect: Place['dialect']): string {
  const asked = order.flatMap((one) => Object.entries(one));
  const keys = [...asked, ['id', asked.at(-1)?.[1] ?? 'asc'] as const].map(([name, way]) => {
    const key = name === 'price' && dialect === 'sqlite' ? 'CAST(price AS REAL)' : name;
    return `${name} IS NULL, ${key} ${way}`;
  });
  return keys.join(', ');
}
