import type { NodeRegistry } from '../nodes/node.js';
import type { Condition } from './condition-types.js';
import type { LackingUndo, Undo, Undone, UndoOptions, UndoVerdict } from './compensation-types.js';
import type { NodeOptions, TransactionSettings } from './plan.js';
import type { Workflow } from './workflow.js';

/**
 * The chain of a `WorkflowBuilder` in types. `Nodes` maps ids to what is known of each node (an intersection that grows
 * by one member per node, which keeps the cost linear); `Missing` is a union of `'node.input'` still to be fed.
 *
 * Messages are string-literal types, so that any compiler prints them. They stay free of type parameters that range over
 * all nodes: a template of two such would be expanded to every pair.
 */

/** Any generated node class, as far as types go. */
export interface AnyNode {
  readonly type: string;
  readonly operation: string;
  readonly $in: object;
  readonly $required: PropertyKey;
  readonly $out: unknown;
}

/** A function as a node. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type NodeFunction = (input: any, context: FunctionContext) => unknown;

/** Second argument of a function node. */
export interface FunctionContext {
  /** Aborted when the run is, or when the node has used up its `timeoutMs`. */
  readonly signal: AbortSignal;
  readonly runId: string;
}

/** What the chain knows of one node. */
export interface NodeState<In, Required, Out, Given, Skipped, Kind> {
  readonly in: In;
  /** Names of the inputs that the node cannot do without. */
  readonly required: Required;
  readonly out: Out;
  /** Names and dot paths of the parameters that were given. */
  readonly given: Given;
  /** `undefined` when the node may be skipped. */
  readonly skipped: Skipped;
  /** The operation of a generated node, `function`, or `input`. */
  readonly kind: Kind;
}
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyState = NodeState<any, any, any, any, any, any>;
type States = { readonly [id: string]: AnyState };

/**
 * One member of `Nodes`. Its arguments are resolved, and mostly interfaces and unions of names: whenever the compiler
 * passes over `Nodes`, which it does for each call, it need not look inside.
 */
export type Entry<I extends PropertyKey, In, Required, Out, Given, Skipped, Kind> = { readonly [K in I]: NodeState<In, Required, Out, Given, Skipped, Kind> };

/** The class that `addNode`'s first argument means. */
export type ClassOf<C> = C extends AnyNode ? C : C extends keyof NodeRegistry ? Registered<NodeRegistry[C]> : never;
type Registered<T> = T extends AnyNode ? T : never;
export type KnownClass<C> = C extends string ? (C extends keyof NodeRegistry ? C : keyof NodeRegistry | 'DF-208: there is no generated node of this name') : C;

type Input<C extends AnyNode> = C['$in'];
type Needed<C extends AnyNode> = C['$required'];
type Operation<C extends AnyNode> = C['operation'];

/** Parameters that change the type of the result; they must be given, not connected. */
type Shaping = 'raiseOnNotFound' | 'select' | 'records' | 'total';
/** A created row may have a column of such a name, and a function an input. */
type ShapingOf<Kind> = Kind extends 'create' | 'function' ? never : Shaping;

/** Names of a node's parameters, for completion. */
export type ParamNames<C extends AnyNode> = { readonly [K in keyof Input<C>]?: unknown };

/** The parameters given, each checked by name. Keeps what is optional optional, so `undefined` is no value of a property that is there. */
export type Given<C extends AnyNode, P> = {
  [K in keyof P]: K extends keyof C['$in'] ? C['$in'][K] : `DF-105: ${C['type']} has no parameter '${K & string}'`;
};

/** `'node.input'` for the required parameters that `P` does not give for sure. */
export type Lacking<I extends string, Required, P> = P extends { readonly [K in Required & keyof P]: unknown }
  ? `${I}.${Exclude<Required, keyof P> & string}`
  : `${I}.${Exclude<Required, SureKeys<P>> & string}`;
type SureKeys<P> = { [K in keyof P]-?: {} extends Pick<P, K> ? never : K }[keyof P];

/** Names given, with those inside parameters that are put together from several values. */
export type Paths<P> = keyof P & Nested extends never ? keyof P : keyof P | Inner<P, keyof P & Nested>;
type Nested = 'filter' | 'fields' | 'where' | 'create' | 'update';
type Inner<P, K extends keyof P> = K extends string ? `${K}.${keyof P[K] & string}` : never;

/** Result of a node whose parameters `P` shape it. */
type ResultOf<C extends AnyNode, P> = keyof P & Shaping extends never ? C['$out'] : keyof P & ShapingOf<C['operation']> extends never ? C['$out'] : Shaped<C['$out'], P>;
type Shaped<Out, P> = P extends { readonly raiseOnNotFound: infer R }
  ? false extends R ? Out | null : Out
  : P extends { readonly select: readonly (infer K)[] }
    ? Out extends { records: readonly (infer Row)[] } ? Total<Omit<Out, 'records'> & { records: Pick<Row, K & keyof Row>[] }, P> : Out
    : Total<P extends { readonly records: true } ? (Out extends { records?: infer R } ? Omit<Out, 'records'> & { records: Exclude<R, undefined> } : Out) : Out, P>;
type Total<Out, P> = P extends { readonly total: true } ? (Out extends { total?: infer T } ? Omit<Out, 'total'> & { total: Exclude<T, undefined> } : Out) : Out;

export type OperationEntry<I extends string, C extends AnyNode, P, Skipped> = Entry<I, Input<C>, Needed<C>, ResultOf<C, P>, Paths<P>, Skipped, Operation<C>>;
export type FunctionEntry<I extends string, F extends NodeFunction, Skipped> = Entry<I, InputOf<F>, SureKeys<InputOf<F>>, Resolved<ReturnType<F>>, never, Skipped, 'function'>;
export type InputEntry<Inputs> = Entry<'input', {}, never, Inputs, never, never, 'input'>;
type InputOf<F extends NodeFunction> = Parameters<F> extends [infer In, ...unknown[]] ? In : {};
type Resolved<T> = T extends PromiseLike<infer R> ? R : T;
export type LackingOf<I extends string, F extends NodeFunction> = `${I}.${SureKeys<InputOf<F>> & string}`;
export type LackingIn<I extends string, C extends AnyNode, P> = Lacking<I, Needed<C>, P> | LackingChoice<I, C['operation'], keyof P>;

/** Operations that want one of two parameters. */
interface Choices {
  read: 'id' | 'filter';
  delete: 'id' | 'filter';
  bulkUpdate: 'data' | 'filter';
  bulkDelete: 'ids' | 'filter';
}
interface ChoiceNames {
  read: 'id or filter';
  delete: 'id or filter';
  bulkUpdate: 'data or filter';
  bulkDelete: 'ids or filter';
}
type LackingChoice<I extends string, Op, K> = Op extends keyof Choices ? (K & Choices[Op] extends never ? `${I}.${ChoiceNames[Op]}` : never) : never;
/** What a connection supplies: the input, or a choice that has it. */
type Fed<I extends string, H extends string> = `${I}.${H}` | `${I}.${H} or ${string}` | `${I}.${string} or ${H}`;

// ---- connections

type Leaf = string | number | bigint | boolean | symbol | Date | Uint8Array | ((...args: never[]) => unknown);

declare const unknownName: unique symbol;
/** There is nothing of that name. Not `never`, which a node that never returns really gives. */
export interface UnknownName {
  readonly [unknownName]: true;
}

/** What stands at a dot path of a result; `undefined` where something on the way may be absent. */
export type At<V, Path extends string> = Path extends keyof V ? V[Path] : Deep<V, Path>;
type Deep<V, Path extends string> = V extends null | undefined
  ? undefined
  : V extends Leaf
    ? UnknownName
    : Path extends keyof V
      ? V[Path]
      : V extends readonly (infer E)[]
        ? Path extends `${number}.${infer Rest}` ? At<E, Rest> | undefined : Path extends `${number}` ? E | undefined : UnknownName
        : Path extends `${infer Head}.${infer Rest}`
          ? Head extends keyof V ? Deep<V[Head], Rest> : UnknownName
          : UnknownName;

/** What a parameter takes at a dot path. */
export type Into<V, Path extends string> = Path extends keyof V
  ? V[Path]
  : Path extends `${infer Head}.${infer Rest}`
    ? Head extends keyof V ? Inside<Objects<V[Head]>, Rest> : UnknownName
    : UnknownName;
/** Undefined is no value: optional properties are taken without it. Of a union, every member that has the property counts. */
type Inside<V, Path extends string> = [V] extends [never] ? UnknownName : Known<V extends unknown ? Exclude<Into<V, Path>, undefined> : never>;
type Objects<V> = V extends Leaf | null | undefined ? never : V;
type Known<T> = [Exclude<T, UnknownName>] extends [never] ? UnknownName : Exclude<T, UnknownName>;

export type Head<Path extends string> = Path extends `${infer H}.${string}` ? H : Path;

/** The output if there is one of that name; otherwise the names there are. */
export type CheckOutput<S extends AnyState, O extends string> = O extends keyof S['out']
  ? O
  : UnknownName extends At<S['out'], O> ? (keyof NonNullable<S['out']> & string) | 'DF-201: this node has no output of this name' : O;

/**
 * `K` when it may be connected. The verdict is a type parameter of its own: inference would otherwise visit each branch
 * of its conditions, at five times the cost.
 */
type Accepted<K, Verdict> = K extends Verdict ? K : NoInfer<Verdict>;
type CheckInput<From extends AnyState, O extends string, To extends AnyState, K extends string> = K extends To['given']
  ? 'DF-207: this input is given in the node\'s parameters; give it or connect it, not both'
  : K extends Shaping & keyof To['in']
    ? To['kind'] extends 'create' | 'function' ? Fit<At<From['out'], O> | From['skipped'], Into<To['in'], K>, Absence<From, To, K>, To, K> : 'DF-216: this parameter decides the type of the result; give it in the parameters instead of connecting it'
    : Fit<At<From['out'], O> | From['skipped'], Into<To['in'], K>, Absence<From, To, K>, To, K>;

/** `undefined` where an input may stay empty: it is optional, or its node is skipped together with what feeds it. */
type Absence<From extends AnyState, To extends AnyState, K extends string> = Head<K> extends To['required'] ? (From['kind'] extends 'input' ? never : To['skipped']) : undefined;

export type Fit<Src, Target, Absent, To extends AnyState, K> = UnknownName extends Target
  ? (keyof To['in'] & string) | 'DF-201: this node has no input of this name'
  : [Src] extends [Target | Absent]
    ? K
    : Mismatch<Src, Target, Absent>;

/** Only reached when a connection does not fit, so its cost is paid by wrong programs alone. */
type Mismatch<Src, Target, Absent> = Target extends `DF-${string}`
  ? Target
  : [Exclude<Src, undefined>] extends [Target | Absent]
    ? 'DF-206: this output may be absent (its node may be skipped, or find nothing), and this input is required; give the node a `when`'
    : [Exclude<Src, null | undefined>] extends [Target | Absent]
      ? 'DF-202: this output may be null, and this input takes no null'
      : [WithoutModel<Exclude<Src, null | undefined>>] extends [WithoutModel<Target> | Absent]
        ? 'DF-205: this output is the id of another model than the one this input takes'
        : 'DF-202: the type of this output does not fit the type of this input';
type WithoutModel<T> = T extends { readonly __idOf?: unknown } ? (T extends string ? string : T extends number ? number : T extends bigint ? bigint : T) : T;

// ---- the chain

/** What is known of node `A`. */
type StateOf<N, A> = A extends keyof N ? N[A] : NoNode<keyof N & string>;
/** There is no such node; the names are those there are. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface NoNode<Names> extends NodeState<any, never, any, never, never, Names> {
  readonly none: true;
}
type KnownNode<A, S extends AnyState> = S extends NoNode<infer Names> ? Names | 'DF-201: the workflow has no node of this id so far' : A;

/** What a later node finds. */
type Found<S> = S extends AnyState ? S['out'] | S['skipped'] : never;
export type When<N> = { readonly [K in keyof N]?: Condition<Found<N[K]>> } & {
  readonly $and?: readonly When<N>[];
  readonly $or?: readonly When<N>[];
  readonly $not?: When<N>;
};
type WhenOf<N, K> = K extends keyof N
  ? Condition<Found<N[K]>>
  : K extends '$not' ? When<N> : K extends '$and' | '$or' ? readonly When<N>[] : 'DF-211: the workflow has no node of this id so far';

/** Options of a node; `W` are the earlier nodes its condition looks at. */
export interface TypedNodeOptions<N, W extends PropertyKey> extends Omit<NodeOptions, 'when'> {
  /** The node runs only if these conditions on earlier results hold; otherwise it is skipped. */
  readonly when?: { readonly [K in W]: WhenOf<N, K> };
}
type Skips<W> = [W] extends [never] ? never : undefined;

/** Results by node id. */
export type ResultsOf<N> = { readonly [K in keyof N as K extends 'input' ? never : K]: Found<N[K]> };
/** Parameters that a run may override, by node id. */
export type OverridesOf<N> = {
  readonly [K in keyof N as N[K] extends { readonly kind: 'function' | 'input' } ? never : K]?: N[K] extends AnyState ? Overrides<N[K]['in'], ShapingOf<N[K]['kind']>> : never;
};
type Overrides<In, Hidden> = { readonly [Q in Exclude<keyof In, Hidden>]?: In[Q] };
export type InputsOf<N> = N extends { readonly input: { readonly out: infer I } } ? I : {};

declare const dataflowError: unique symbol;
/** Stands where something cannot be called; the message is in its name. */
export interface DFError<Message extends string> {
  readonly [dataflowError]: Message;
}

type FreshId<N, I extends string> = I extends keyof N ? `DF-209: the node id '${I}' is used already` : I;

/** A chain of which every node is known. */
export interface Flow<N extends States, Missing extends string> {
  /**
   * Adds a generated node.
   * @param node its class, or its name
   * @param id its name in the workflow, unique
   * @param params what is given; the rest is connected
   * @param options `when`, `retry`, `timeoutMs`
   */
  addNode<C extends AnyNode | string, const I extends string, const P extends ParamNames<ClassOf<C>> = {}, const W extends string = never, D extends AnyNode = ClassOf<C>>(
    node: KnownClass<C>,
    id: FreshId<N, I>,
    params?: [P] extends [never] ? P : Given<D, P>,
    options?: TypedNodeOptions<N, W>,
  ): Flow<N & OperationEntry<I, D, P, Skips<W>>, Missing | LackingIn<I, D, P>>;
  /**
   * Adds a function as a node. The keys of its first parameter are its inputs, its awaited result gives its outputs.
   */
  addFunction<const I extends string, F extends NodeFunction, const W extends string = never>(
    id: FreshId<N, I>,
    fn: F,
    options?: TypedNodeOptions<N, W>,
  ): Flow<N & FunctionEntry<I, F, Skips<W>>, Missing | LackingOf<I, F>>;
  /**
   * Feeds an input from an output. Both may be dot paths: `('prepare', 'user.id', 'rename', 'filter.id')`.
   * The workflow's own inputs are outputs of the pseudo-node `input`.
   */
  addConnection<const A extends string, const O extends string, const B extends string, const K extends string, From extends AnyState = StateOf<N, A>, To extends AnyState = StateOf<N, B>, Verdict = CheckInput<From, O, To, K>>(
    from: KnownNode<A, From>,
    output: CheckOutput<From, O>,
    to: KnownNode<B, To>,
    input: Accepted<K, Verdict>,
  ): Flow<N, Exclude<Missing, Fed<B, Head<K>>>>;
  /**
   * Says what undoes a node when the run fails later: a generated node, or a function of the result.
   * @param node the node that is undone
   * @param options for a node `from` (`{ id: 'id' }`: its input from that output, dot paths on both sides) and `params`; `retry`, `timeoutMs`
   */
  compensate<
    const A extends string, U extends Undo<S>, const F extends { readonly [K in keyof F]: string } = {}, const P extends ParamNames<ClassOf<U>> = {},
    S extends AnyState = StateOf<N, A>, D extends AnyNode = ClassOf<U>, Verdict = UndoVerdict<U, S>,
  >(
    node: Undone<A, S>,
    undo: Accepted<U, Verdict>,
    options?: UndoOptions<S, U, D, F, P>,
  ): Flow<N, Missing | LackingUndo<A, U, D, F, P>>;
  /** Runs the workflow in one database transaction: all of it takes effect, or nothing. */
  transaction(settings?: TransactionSettings): Flow<N, Missing>;
  /** Checks the workflow as a whole and makes the immutable plan. Raises the codes of the workflow rules. */
  readonly build: [Missing] extends [never]
    ? () => Workflow<InputsOf<N>, ResultsOf<N>, OverridesOf<N>>
    : DFError<`DF-204: required input '${Missing}' is neither given nor connected`>;
}
