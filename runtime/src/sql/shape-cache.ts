import type { DriverValue, Statement } from '../drivers/driver.js';
import type { CompiledModel } from '../nodes/compiled-model.js';
import type { Dialect } from '../schema/model-schema.js';

/** A prepared shape and this call's values. `statement` keeps its identity per model, dialect and shape. */
export interface Call {
  readonly statement: Statement;
  readonly values: readonly DriverValue[];
}

/** Steps of one model and dialect that are remembered; programs have some hundreds. */
const mostSteps = 20_000;
/** Longer shapes (a filter of hundreds of conditions), or longer texts in them, hardly come again. */
const deepest = 500;
const longestText = 4000;

/**
 * A shape of calls: which operation, which fields, which operators, but no values. Shapes form a tree in which each step is a small
 * number or a text, so that finding the shape of a call makes nothing new. What was built for a shape stands in it.
 */
export class Shape {
  readonly #root: Root;
  readonly #depth: number;
  readonly #next = new Map<number | string, Shape>();
  #built: object | undefined;

  constructor(root: Root = { steps: 0 }, depth = 0) {
    this.#root = root;
    this.#depth = depth;
  }

  /** The shape that continues this one. Numbers from 0 are fields' conditions, see `filter.ts`. */
  step(step: number | string): Shape {
    return this.#next.get(step) ?? this.#make(step);
  }

  /** What was built for this shape before, or what `build` makes now. */
  built<T extends object>(build: () => T): T {
    return (this.#built ??= build()) as T;
  }

  #make(step: number | string): Shape {
    const next = new Shape(this.#root, this.#depth + 1);
    if (this.#depth < deepest && (typeof step === 'number' || step.length <= longestText)) {
      this.#root.steps++;
      this.#next.set(step, next);
    }
    return next;
  }

  /** Forgets everything that follows. */
  clear(): void {
    this.#next.clear();
    this.#root.steps = 0;
  }

  get size(): number {
    return this.#root.steps;
  }
}

/** What the shapes of one tree share. */
interface Root {
  steps: number;
}

type Shapes = { readonly [D in Dialect]: Shape };
const trees = new WeakMap<CompiledModel, Shapes>();

/** Where the shapes of an operation begin. */
export function shapeOf(model: CompiledModel, dialect: Dialect, operation: string): Shape {
  let shapes = trees.get(model);
  if (shapes === undefined) trees.set(model, (shapes = { sqlite: new Shape(), postgres: new Shape() }));
  const tree = shapes[dialect];
  // Whoever makes new shapes without end pays for it, once in a while; the others hardly notice.
  if (tree.size > mostSteps) tree.clear();
  return tree.step(operation);
}

/** What was built before for this shape as one text, or what `build` makes now. */
export function shaped<T extends object>(model: CompiledModel, dialect: Dialect, shape: string, build: () => T): T {
  return shapeOf(model, dialect, shape).built(build);
}
