import { LRUCache } from 'lru-cache';
import type { DriverValue, Statement } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';

/** A prepared shape and this call's values. `statement` keeps its identity per model, dialect and shape. */
export interface Call {
  readonly statement: Statement;
  readonly values: readonly DriverValue[];
}

/** Shapes of one model and dialect that are remembered; programs have a handful. */
const mostShapes = 500;
/** Longer ones (a filter of hundreds of conditions) hardly come again. */
const longestShape = 4000;

type Shapes = { readonly [D in Dialect]: LRUCache<string, object> };
const caches = new WeakMap<CompiledModel, Shapes>();

/** What was built for this shape before, or what `build` makes now. */
export function shaped<T extends object>(model: CompiledModel, dialect: Dialect, shape: string, build: () => T): T {
  let shapes = caches.get(model);
  if (!shapes) {
    shapes = { sqlite: new LRUCache({ max: mostShapes }), postgres: new LRUCache({ max: mostShapes }) };
    caches.set(model, shapes);
  }
  const known = shapes[dialect].get(shape);
  if (known) return known as T;
  const built = build();
  if (shape.length <= longestShape) shapes[dialect].set(shape, built);
  return built;
}
