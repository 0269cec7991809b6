import { types } from 'node:util';
import { describeValue } from '../codecs/text-values.js';
import { describeType } from '../codecs/values.js';
import type { DriverValue } from '../drivers/driver.js';
import { dfError } from '../errors/dataflow-error.js';
import { didYouMean } from '../errors/near-names.js';
import type { Column, CompiledModel } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';
import { conditionKinds, type Condition, type ConditionKind } from './conditions.js';
import { elementOf, likeOperand, listOf, listOperand, mismatch, operand, quotedPattern, regexOperand, textOperand } from './filter-values.js';
import { unknownField } from './model-errors.js';
import { fieldOperators, groupOperators, operatorsOf } from './operators.js';
import type { Shape } from './shape-cache.js';

export type Filter = Readonly<Record<string, unknown>>;

/** A checked filter. */
export interface ParsedFilter {
  /** What it does. */
  readonly condition: Condition;
  /** Whether it has no condition at all. */
  readonly empty: boolean;
  /** The shape it was given, continued by its fields and operators. */
  readonly shape: Shape;
}

/** Steps of a shape for groups, which have no field. */
const step = { not: -1, and: -2, or: -3, next: -4, end: -5 } as const;
/** A step for a condition: its field and its kind as one number. */
const stepOf = Object.fromEntries(conditionKinds.map((kind, i) => [kind, i])) as { readonly [K in ConditionKind]: number };
const kinds = 32;

/** Deeper than anybody writes, shallow enough for SQLite's limit of expressions. */
const deepest = 100;
/** More numbers than this go as a JSON list, for SQLite has a limit of placeholders. */
const mostSpelledOut = 8192;

/**
 * Checks and takes apart a filter.
 * @param values where its values go, in order
 * @param shape the shape of what comes before it
 *
 * Raises DF-102 (wrong type), DF-103 (bad value), DF-105 (unknown field), DF-110 (undefined), DF-111 (unknown operator),
 * DF-112 (operator does not fit the field).
 */
export function parseFilter(model: CompiledModel, dialect: Dialect, filter: unknown, values: DriverValue[], shape: Shape): ParsedFilter {
  const parser = new Parser(model, dialect, values, shape);
  const condition = parser.filter(filter, 'filter', 0);
  return { condition, empty: parser.shape === shape, shape: parser.shape };
}

class Parser {
  constructor(private readonly model: CompiledModel, private readonly dialect: Dialect, private readonly values: DriverValue[], public shape: Shape) {}

  filter(filter: unknown, name: string, depth: number): Condition {
    if (!isObject(filter)) throw this.wrongFilter(name, filter);
    if (depth > deepest) {
      const data = { place: this.model.name, name, expected: `nested at most ${deepest} levels deep`, received: 'deeper, or contains itself' };
      throw dfError('DF-103', data, { context: { model: this.model.name } });
    }
    const parts: Condition[] = [];
    for (const key of Object.keys(filter)) {
      const value = filter[key];
      const column = this.model.byName.get(key);
      if (column) this.field(column, value, parts);
      else parts.push(this.group(key, value, depth));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
  }

  private group(key: string, value: unknown, depth: number): Condition {
    if (!groupOperators.includes(key)) throw unknownField(this.model, key, groupOperators);
    if (value === undefined) throw dfError('DF-110', { place: this.model.name, name: key }, { context: { model: this.model.name } });
    if (key === '$not') {
      this.shape = this.shape.step(step.not);
      const part = this.filter(value, key, depth + 1);
      this.shape = this.shape.step(step.end);
      return { kind: 'not', part };
    }
    if (!Array.isArray(value)) {
      const data = { place: this.model.name, name: key, expected: 'a list of filters', received: describeValue(value) };
      throw dfError('DF-102', data, { context: { model: this.model.name } });
    }
    const kind = key === '$and' ? 'and' : 'or';
    this.shape = this.shape.step(step[kind]);
    const parts = Array.from(value as unknown[], (part, i) => {
      const condition = this.filter(part, `${key}[${i}]`, depth + 1);
      this.shape = this.shape.step(step.next);
      return condition;
    });
    this.shape = this.shape.step(step.end);
    return { kind, parts };
  }

  private field(column: Column, value: unknown, parts: Condition[]): void {
    if (value === undefined) throw this.undefinedValue(column, column.name);
    if (value === null) {
      parts.push(this.nullness(column, true));
    } else if (!isObject(value)) {
      this.fits(column, '$eq');
      parts.push(this.add(column, '=', operand(column, this.dialect, value)));
    } else {
      const operators = Object.keys(value);
      if (operators.length === 0) throw mismatch(column, 'a value or operators', 'an empty object');
      for (const operator of operators) {
        this.fits(column, operator);
        if (value[operator] === undefined) throw this.undefinedValue(column, `${column.name}.${operator}`);
        parts.push(this.operator(column, operator, value[operator]));
      }
    }
  }

  private operator(column: Column, operator: string, value: unknown): Condition {
    const { dialect } = this;
    switch (operator) {
      case '$eq':
        return value === null ? this.nullness(column, true) : this.add(column, '=', operand(column, dialect, value));
      case '$ne':
        return value === null ? this.nullness(column, false) : this.add(column, '<>', operand(column, dialect, value));
      case '$gt':
        return this.add(column, '>', operand(column, dialect, value));
      case '$gte':
        return this.add(column, '>=', operand(column, dialect, value));
      case '$lt':
        return this.add(column, '<', operand(column, dialect, value));
      case '$lte':
        return this.add(column, '<=', operand(column, dialect, value));
      case '$null':
        if (typeof value !== 'boolean') throw mismatch(column, "true or false for '$null'", describeValue(value));
        return this.nullness(column, value);
      case '$between': {
        const pair = listOf(column, value, operator);
        if (pair.length !== 2) throw mismatch(column, "a list of two values for '$between'", `a list of ${pair.length}`);
        this.values.push(operand(column, dialect, pair[0]), operand(column, dialect, pair[1]));
        return this.condition(column, 'between');
      }
      case '$in':
      case '$nin':
        return this.membership(column, operator === '$in' ? 'in' : 'nin', listOf(column, value, operator));
      case '$like':
      case '$ilike': {
        const kind = operator === '$like' ? 'like' : 'ilike';
        const pattern = likeOperand(column, dialect, kind, value);
        this.add(column, kind, pattern);
        return { kind, column, always: /^%+$/.test(value as string) ? this.unlessNull(column) : undefined };
      }
      case '$contains':
      case '$startsWith':
      case '$endsWith': {
        const kind = operator.slice(1) as 'contains' | 'startsWith' | 'endsWith';
        this.text(column, kind, textOperand(column, value));
        return { kind, column, always: value === '' ? this.unlessNull(column) : undefined };
      }
      case '$regex':
        return this.add(column, 'regex', regexOperand(column, dialect, value));
      case '$has':
        return this.add(column, 'hasAny', listOperand(elementOf(column), dialect, [value]));
      case '$hasAny':
        return this.add(column, 'hasAny', listOperand(elementOf(column), dialect, listOf(column, value, operator)));
      default: {
        const list = listOf(column, value, operator);
        this.add(column, 'hasAll', listOperand(elementOf(column), dialect, list));
        return { kind: 'hasAll', column, always: list.length === 0 ? this.unlessNull(column) : undefined };
      }
    }
  }

  private add(column: Column, kind: ConditionKind, value: DriverValue): Condition {
    this.values.push(value);
    return this.condition(column, kind);
  }

  private condition(column: Column, kind: ConditionKind): Condition {
    this.shape = this.shape.step(column.index * kinds + stepOf[kind]);
    return { kind, column };
  }

  private nullness(column: Column, isNull: boolean): Condition {
    const kind = isNull ? 'isNull' : 'notNull';
    this.condition(column, kind);
    return { kind, column, always: column.nullable ? undefined : !isNull };
  }

  private membership(column: Column, kind: 'in' | 'nin', list: readonly unknown[]): Condition {
    const always = list.length === 0 ? kind === 'nin' : undefined;
    // SQLite reads some fractions in JSON as their neighbour; bound one by one they are exact. Sizes are powers of two,
    // filled up with the last value, so that shapes are few.
    if (this.dialect === 'sqlite' && column.type.kind === 'number' && list.length <= mostSpelledOut) {
      const values = Array.from(list, (value) => operand(column, 'sqlite', value));
      let size = values.length === 0 ? 0 : 1;
      while (size < values.length) size *= 2;
      for (let i = values.length; i < size; i++) values.push(values[i - 1]!);
      this.condition(column, kind);
      this.shape = this.shape.step(size);
      for (const value of values) this.values.push(value);
      return { kind, column, size, always };
    }
    this.add(column, kind, listOperand(column, this.dialect, list));
    return { kind, column, always };
  }

  private text(column: Column, kind: 'contains' | 'startsWith' | 'endsWith', text: string): void {
    if (this.dialect === 'sqlite') {
      if (kind === 'endsWith') this.values.push(text);
      this.add(column, kind, text);
      return;
    }
    const pattern = quotedPattern(text);
    this.add(column, kind, `${kind === 'startsWith' ? '' : '%'}${pattern}${kind === 'endsWith' ? '' : '%'}`);
  }

  private unlessNull(column: Column): true | undefined {
    return column.nullable ? undefined : true;
  }

  private fits(column: Column, operator: string): void {
    const operators = operatorsOf(column.type);
    if (operators.includes(operator)) return;
    const names = { model: column.model, field: column.name, operator, operators: operators.join(', ') };
    const context = { context: { model: column.model, field: column.name } };
    if (fieldOperators.includes(operator)) throw dfError('DF-112', { ...names, type: describeType(column.type) }, context);
    throw dfError('DF-111', { ...names, hint: didYouMean(operator, operators) }, context);
  }

  private undefinedValue(column: Column, name: string): Error {
    return dfError('DF-110', { place: column.model, name }, { context: { model: column.model, field: column.name } });
  }

  private wrongFilter(name: string, value: unknown): Error {
    const context = { context: { model: this.model.name } };
    if (value === undefined) return dfError('DF-110', { place: this.model.name, name }, context);
    return dfError('DF-102', { place: this.model.name, name, expected: 'an object of conditions', received: describeValue(value) }, context);
  }
}

/** An object of named things, as opposed to a value. */
function isObject(value: unknown): value is Filter {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !ArrayBuffer.isView(value) && !types.isDate(value);
}
