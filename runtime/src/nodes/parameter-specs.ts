import type { Operation } from './node.js';

/** What a parameter may hold. */
export type ParameterKind =
  /** An object of conditions or fields; what is in it is checked by the SQL builder. */
  | 'object'
  /** A list of rows. */
  | 'rows'
  /** A value of the model's `id`, checked by its encoder. */
  | 'id'
  /** A list of such. */
  | 'ids'
  | 'boolean'
  /** `true` or left out. */
  | 'true'
  /** An integer from 0. */
  | 'count'
  /** An integer from 1. */
  | 'size'
  | 'string'
  /** A list of field names, at least one. */
  | 'names'
  /** `{ field: 'asc' | 'desc' }` or a list of such, checked by the SQL builder. */
  | 'order'
  /** One of a few texts. */
  | readonly string[];

export interface Parameter {
  readonly kind: ParameterKind;
  readonly required?: true;
}

export type Parameters = Readonly<Record<string, Parameter>>;

const object: Parameter = { kind: 'object' };
const neededObject: Parameter = { kind: 'object', required: true };
const neededRows: Parameter = { kind: 'rows', required: true };
const id: Parameter = { kind: 'id' };
const boolean: Parameter = { kind: 'boolean' };
const count: Parameter = { kind: 'count' };
const size: Parameter = { kind: 'size' };
const names: Parameter = { kind: 'names' };
const yes: Parameter = { kind: 'true' };
/** Row locks. */
const locking: Parameters = { lock: { kind: ['update', 'share'] }, skipLocked: yes, noWait: yes };

/** The parameters of every operation except Create, whose parameters are the model's fields. */
export const parameterSpecs: { readonly [O in Exclude<Operation, 'create'>]: Parameters } = {
  read: { id, filter: object, raiseOnNotFound: boolean, ...locking },
  update: { filter: neededObject, fields: neededObject, raiseOnNotFound: boolean },
  delete: { id, filter: object },
  list: { filter: object, orderBy: { kind: 'order' }, limit: count, offset: count, after: { kind: 'string' }, select: names, total: yes, ...locking },
  count: { filter: object },
  upsert: { where: neededObject, create: neededObject, update: neededObject, conflictOn: names },
  bulkCreate: {
    data: neededRows,
    batchSize: size,
    onConflict: { kind: ['error', 'skip', 'update'] },
    conflictOn: names,
    atomic: { kind: ['all', 'batch'] },
    records: yes,
  },
  bulkUpdate: { filter: object, fields: object, data: { kind: 'rows' }, all: yes },
  bulkDelete: { filter: object, ids: { kind: 'ids' }, all: yes },
  bulkUpsert: { data: neededRows, conflictOn: names, batchSize: size },
};
