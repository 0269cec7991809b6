import type { NodeClass } from '../nodes/node.js';
import type { NodeFunction } from './builder-types.js';
import type { WorkflowPlan } from './plan.js';

/**
 * A workflow that passed its checks: the plan, and what a plan cannot hold. Immutable; run it as often as you like.
 * `Overrides` are the parameters that a single run may replace, by node id.
 */
export interface Workflow<Inputs = unknown, Results = unknown, Overrides = unknown> {
  readonly name: string;
  readonly plan: WorkflowPlan<Inputs, Results>;
  /** The functions of function nodes, by node id, and of compensations, by `undo(id)`. */
  readonly functions: ReadonlyMap<string, NodeFunction>;
  /** The node classes that were given as classes, by type. Others are looked up in the schema of the database. */
  readonly classes: ReadonlyMap<string, NodeClass>;
  /** Exists in types only. */
  readonly $overrides?: Overrides;
}
