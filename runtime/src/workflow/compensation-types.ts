import type { AnyNode, AnyState, CheckOutput, ClassOf, Fit, FunctionContext, Given, Head, Into, At, KnownClass, LackingIn, NoNode, Paths, UnknownName } from './builder-types.js';
import type { StepOptions } from './plan.js';

/** `compensate` of a chain in types: its arguments are checked like nodes and connections, and say the same things. */

/** Undoes a node; takes the node's result. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type UndoFunction = (result: any, context: FunctionContext) => unknown;

/** What may undo the node `S`: the constraint gives a function's parameter its type. */
export type Undo<S extends AnyState> = AnyNode | string | UndoOf<S['out']>;
type UndoOf<Result> = (result: Result, context: FunctionContext) => unknown;

/** The id of a node that can be undone. */
export type Undone<A, S extends AnyState> = S extends NoNode<infer Names>
  ? Exclude<Names, 'input'> | 'DF-220: the workflow has no node of this id so far'
  : S['kind'] extends 'input' ? 'DF-220: the inputs of a workflow cannot be undone' : A;

/** `U` when it may undo. What does not fit the constraint leaves `U` to it, and it has every string. */
export type UndoVerdict<U, S extends AnyState> = [string] extends [U]
  ? 'DF-223: give a node, or a function that takes the result of the node that it undoes' | UndoOf<S['out']>
  : U extends string ? KnownClass<U> : U;

/** Options of a compensation: for a function none but those of every step. */
export type UndoOptions<S extends AnyState, U, D extends AnyNode, F, P> = U extends AnyNode | string ? NodeUndoOptions<S, D, F, P> : StepOptions;

interface NodeUndoOptions<S extends AnyState, D extends AnyNode, F, P> extends StepOptions {
  /** Inputs of the undoing node, each taken from the result of the node that is undone. Dot paths on both sides. */
  readonly from?: [F] extends [never] ? F : { readonly [K in keyof F]: TakenFrom<S, F[K], D, K, P> };
  /** Inputs of the undoing node that are given. */
  readonly params?: [P] extends [never] ? P : Given<D, P>;
}

type TakenFrom<S extends AnyState, O, D extends AnyNode, K, P> = O extends string
  ? K extends string
    ? K extends Paths<P>
      ? 'DF-207: this input is given in `params`; give it or take it from the result, not both'
      : UnknownName extends Into<D['$in'], K>
        ? `DF-201: ${D['type']} has no input '${K}'`
        : O extends CheckOutput<S, O> ? Fit<At<S['out'], O>, Into<D['$in'], K>, undefined, S, O> : CheckOutput<S, O>
    : never
  : string;

/** `'undo(node).input'` for the inputs that the undoing node cannot do without and that it neither takes nor is given. */
export type LackingUndo<A extends string, U, D extends AnyNode, F, P> = [string] extends [U] ? never : LackingIn<`undo(${A})`, D, P & { readonly [K in keyof F as K extends string ? Head<K> : never]: unknown }>;

/** Of a builder whose nodes are not known. */
export type LooseUndoOptions<C, P> = C extends AnyNode | string
  ? StepOptions & { readonly from?: { readonly [input: string]: string }; readonly params?: [P] extends [never] ? P : Given<ClassOf<C>, P> }
  : StepOptions;
