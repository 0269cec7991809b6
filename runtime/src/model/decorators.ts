import type { ReferenceAction } from '../schema/model-schema.js';

/*
 * The decorators are read by the compiler and do nothing in a running program. Each is one function that fits both
 * standard decorators and `experimentalDecorators`.
 */

type AnyClass = abstract new (...args: never) => object;
type FieldContext = string | symbol | ClassFieldDecoratorContext;

/** A decorator of a property. */
export type FieldDecorator = (target: object | undefined, context: FieldContext) => void;

/** A decorator of a class whose properties must include `Field`. */
export type ModelDecorator<Field extends string = never> = [Field] extends [never] ? PlainModelDecorator : CheckedModelDecorator<Field>;
type PlainModelDecorator = (target: AnyClass, context?: ClassDecoratorContext) => void;
type CheckedModelDecorator<Field extends string> = <T extends AnyClass>(
  target: T & ([Field] extends [keyof InstanceType<T>] ? unknown : `DF-640: the class has no field '${Exclude<Field, keyof InstanceType<T>>}'`),
  context?: ClassDecoratorContext,
) => void;

/** Options of a model; `Field` are names of the class's properties. */
export interface ModelOptions<Field extends string = string> {
  /** Table name. Default: the snake_case plural of the class name. */
  readonly table?: string;
  /** Secondary indexes: a list of lists of fields. */
  readonly indexes?: readonly (readonly Field[])[];
  /** Unique keys of one or several fields together. */
  readonly uniques?: readonly (readonly Field[])[];
  /** Not enforced yet: refused with DF-610. */
  readonly softDelete?: boolean;
  /** Not enforced yet: refused with DF-610. */
  readonly appendOnly?: boolean;
  /** The field that holds the tenant. Not enforced yet: refused with DF-610. */
  readonly tenant?: Field;
  /** Not enforced yet: refused with DF-610. */
  readonly audit?: boolean;
  /** Not enforced yet: refused with DF-610. */
  readonly strict?: boolean;
}

export interface ReferenceOptions {
  /** What happens to the row when the row it refers to is deleted. Default `'noAction'`: the database refuses. */
  readonly onDelete?: ReferenceAction;
  /** What happens when that row's id changes. Default `'noAction'`. */
  readonly onUpdate?: ReferenceAction;
}

/** Makes a class a model: `@model` or `@model({ … })`. The class must be exported, at the top level of its module. */
export function model<T extends AnyClass>(target: T, context?: ClassDecoratorContext): void;
export function model<const Field extends string = never>(options?: ModelOptions<Field>): ModelDecorator<Field>;
export function model(target?: unknown): unknown {
  return typeof target === 'function' ? undefined : nothing;
}

/** No two rows have the same value. (Several fields together: `@model({ uniques: [['a', 'b']] })`.) */
export const unique: FieldDecorator = nothing;

/** Makes searching and sorting by the field fast. (Several fields together: `@model({ indexes: [['a', 'b']] })`.) */
export const index: FieldDecorator = nothing;

/** Expected version of a row, for optimistic locking. Not enforced yet: refused with DF-610. */
export const version: FieldDecorator = nothing;

/** Stored encrypted. Not enforced yet: refused with DF-610. */
export const encrypted: FieldDecorator = nothing;

/**
 * A foreign key to another model's `id`; the field has the type of that `id`.
 * @param target the class, in a function so that models may refer to each other
 */
export function references(target: () => abstract new (...args: never) => { id: unknown }, options?: ReferenceOptions): FieldDecorator {
  void [target, options];
  return nothing;
}

/** The column's name in the database. Default: the snake_case of the property. */
export function column(name: string): FieldDecorator {
  void name;
  return nothing;
}

/** Most characters (Unicode code points) a text may have. */
export function length(max: number): FieldDecorator {
  void max;
  return nothing;
}

/** A condition in SQL that every row fulfils. It goes to the database as it stands, so it uses column names: `@check('created_at > due_at')`. */
export function check(sql: string): FieldDecorator {
  void sql;
  return nothing;
}

function nothing(): void {}
