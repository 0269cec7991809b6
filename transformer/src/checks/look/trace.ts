import type ts from 'typescript';
import type { GraphCompensation, GraphConnection, GraphNode, WorkflowGraph } from 'dataflow-ts/compiler';

/** A node of a workflow with the source it comes from. */
export interface TracedNode {
  readonly graph: GraphNode;
  readonly call: ts.CallExpression;
  /** The id in the call, for places and renaming. */
  readonly id: ts.Expression;
  /** The parameters in the call. */
  readonly params: ts.Expression | undefined;
  readonly options: ts.Expression | undefined;
  /** False when the options are given by something that cannot be seen through: there may be a `when`, or not. */
  readonly optionsKnown: boolean;
  /** Whether types have checked the call. */
  readonly strict: boolean;
  /** The call of a helper, from outside, through which the node is added. */
  readonly via: ts.CallExpression | undefined;
}

/** A connection of a workflow with the source it comes from. */
export interface TracedConnection {
  readonly graph: GraphConnection;
  readonly call: ts.CallExpression;
  readonly parts: readonly [from: ts.Expression, output: ts.Expression, to: ts.Expression, input: ts.Expression];
  readonly strict: boolean;
  readonly via: ts.CallExpression | undefined;
}

/** What undoes a node, with the source it comes from. */
export interface TracedCompensation {
  readonly graph: GraphCompensation;
  readonly call: ts.CallExpression;
  /** The id of the node that is undone. */
  readonly of: ts.Expression;
  /** The node or function that undoes it. */
  readonly undo: ts.Expression;
  /** The values in `from`, in the order of the graph's connections, each with the name of its property. */
  readonly from: readonly { readonly name: ts.PropertyName; readonly output: ts.Expression }[];
  readonly strict: boolean;
  readonly via: ts.CallExpression | undefined;
}

/** A workflow at the moment it is built, or at the last moment it can be followed. */
export interface Snapshot {
  readonly name: string;
  readonly nodes: readonly TracedNode[];
  readonly connections: readonly TracedConnection[];
  readonly compensations: readonly TracedCompensation[];
  /** Present when the workflow is a transaction. */
  readonly transaction: (NonNullable<WorkflowGraph['transaction']> & { readonly call: ts.CallExpression }) | undefined;
  /** The call of `withInput`. */
  readonly input: ts.CallExpression | undefined;
  /** Whether these are all nodes and connections. What is there is there either way. */
  readonly complete: boolean;
  readonly build: { readonly call: ts.CallExpression; readonly strict: boolean } | undefined;
}
