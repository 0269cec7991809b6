import type { FieldSchema, ModelSchema } from '../schema/model-schema.js';
import type { Operation } from '../nodes/node.js';
import type { GraphNode } from './graph.js';
import { headOf } from './paths.js';

/** What may stand at a place in parameters or results, as far as the workflow rules need to know. */
export type Shape =
  | { readonly kind: 'column'; readonly field: FieldSchema; readonly model: string }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Shape>; /** May be absent. */ readonly optional?: boolean }
  | { readonly kind: 'list'; readonly of: Shape; readonly optional?: boolean }
  | { readonly kind: 'value'; readonly type: 'string' | 'number' | 'boolean'; readonly optional?: boolean }
  /** Nothing is known; everything goes. */
  | { readonly kind: 'any' };

export interface NodeShape {
  readonly inputs: ReadonlyMap<string, Shape>;
  /** Inputs that must be given or connected. */
  readonly required: readonly string[];
  /** Sets of inputs of which one must be there: `[['id', 'filter']]`. */
  readonly oneOf: readonly (readonly string[])[];
  readonly output: Shape;
  /** The result may be null, so that no output is there for sure. */
  readonly mayBeNull: boolean;
  /** Parameters that decide the type of the result. */
  readonly shaping: readonly string[];
}

const any: Shape = { kind: 'any' };
const boolean: Shape = { kind: 'value', type: 'boolean' };
const number = { kind: 'value', type: 'number' } as const satisfies Shape;
const string: Shape = { kind: 'value', type: 'string' };

const object = (fields: Iterable<readonly [string, Shape]>, optional = false): Shape => ({ kind: 'object', fields: new Map(fields), ...(optional && { optional }) });

const columnsOf = (model: ModelSchema, keep: (field: FieldSchema) => boolean = () => true) =>
  model.fields.filter(keep).map((field) => [field.name, { kind: 'column', field, model: model.name } satisfies Shape] as const);

const settable = (field: FieldSchema) => field.managed === undefined;

/** Inputs and outputs of a generated node. `params` are what is given, for some decide what comes out. */
export function nodeShape(model: ModelSchema, operation: Operation, params: Readonly<Record<string, unknown>> = {}): NodeShape {
  const row = object(columnsOf(model));
  const filter = object([...columnsOf(model), ['$and', any], ['$or', any], ['$not', any]]);
  const fields = object(columnsOf(model, (field) => settable(field) && field.name !== 'id'));
  const created = columnsOf(model, settable);
  const shape = (inputs: Record<string, Shape>, output: Shape | Record<string, Shape>, more: Partial<NodeShape> = {}): NodeShape => ({
    inputs: new Map(Object.entries(inputs)),
    required: [],
    oneOf: [],
    output: 'kind' in output && typeof output.kind === 'string' ? (output as Shape) : object(Object.entries(output as Record<string, Shape>)),
    mayBeNull: false,
    shaping: [],
    ...more,
  });
  const orNull = { mayBeNull: params['raiseOnNotFound'] === false, shaping: ['raiseOnNotFound'] };
  const id = new Map(created).get('id') ?? any;
  switch (operation) {
    case 'create':
      return {
        ...shape({}, row),
        inputs: new Map(created),
        required: model.fields.filter((field) => settable(field) && !field.nullable && field.default === undefined).map((field) => field.name),
      };
    case 'read':
      return shape({ id, filter, raiseOnNotFound: boolean }, row, { ...orNull, oneOf: [['id', 'filter']] });
    case 'update':
      return shape({ filter, fields, raiseOnNotFound: boolean }, row, { ...orNull, required: ['filter', 'fields'] });
    case 'delete':
      return shape({ id, filter, hard: boolean }, { deleted: boolean, record: object(columnsOf(model), true) }, { oneOf: [['id', 'filter']] });
    case 'list': {
      const selected = Array.isArray(params['select']) ? object(columnsOf(model, (field) => (params['select'] as unknown[]).includes(field.name))) : row;
      return shape(
        { filter, orderBy: any, limit: number, offset: number, after: string, select: any, total: boolean, includeDeleted: boolean },
        { records: { kind: 'list', of: selected }, hasMore: boolean, cursor: any, total: { ...number, optional: params['total'] !== true } },
        { shaping: ['select', 'total'] },
      );
    }
    case 'count':
      return shape({ filter, includeDeleted: boolean }, { count: number });
    case 'upsert':
      return shape(
        { where: filter, create: object(created), update: fields, conflictOn: any },
        { created: boolean, action: string, record: row },
        { required: ['where', 'create', 'update'] },
      );
    case 'bulkCreate':
      return shape(
        { data: any, batchSize: number, onConflict: string, conflictOn: any, atomic: string, records: boolean },
        { processed: number, inserted: number, skipped: number, updated: number, records: { kind: 'list', of: row, optional: params['records'] !== true } },
        { required: ['data'], shaping: ['records'] },
      );
    case 'bulkUpdate':
      return shape({ filter, fields, data: any, all: boolean }, { updated: number, missing: any }, { oneOf: [['data', 'filter']] });
    case 'bulkDelete':
      return shape({ filter, ids: any, all: boolean }, { deleted: number }, { oneOf: [['filter', 'ids']] });
    case 'bulkUpsert':
      return shape({ data: any, conflictOn: any, batchSize: number }, { inserted: number, updated: number }, { required: ['data'] });
  }
}

/** What a dot path leads to: the shape, whether something on the way may be absent; undefined when there is no such place. */
export function shapeAt(shape: Shape, path: readonly string[]): { shape: Shape; absent: boolean } | undefined {
  let current = shape;
  let absent = false;
  for (const part of path) {
    if (isOptional(current)) absent = true;
    if (current.kind === 'any') return { shape: current, absent };
    if (current.kind === 'column') return inColumn(current.field) ? { shape: any, absent } : undefined;
    if (current.kind === 'value') return undefined;
    if (current.kind === 'list') {
      if (part === 'length') current = number;
      else if (/^\d+$/.test(part)) [current, absent] = [current.of, true];
      else return undefined;
      continue;
    }
    const next = current.fields.get(part);
    if (next === undefined) return undefined;
    current = next;
  }
  return { shape: current, absent: absent || isOptional(current) };
}

function isOptional(shape: Shape): boolean {
  return 'optional' in shape && shape.optional === true;
}

/** Json and arrays have an inside; so do filters on columns, whose operators are checked where they are used. */
function inColumn(field: FieldSchema): boolean {
  return field.type.kind === 'json' || field.type.kind === 'array';
}

/** Whether a node cannot run without this input. Of a node that nothing is known of: unknown, so no. */
export function isRequired(node: GraphNode, input: string): boolean {
  const head = headOf(input);
  if (node.inputs !== undefined) return node.inputs.some((known) => known.name === head && known.required);
  if (node.model === undefined || node.operation === undefined) return false;
  const { required, oneOf } = nodeShape(node.model, node.operation);
  return required.includes(head) || oneOf.some((names) => names.includes(head));
}
