/** Public API of workflows. */
export { WorkflowBuilder } from './builder.js';
export type { Workflow } from './workflow.js';
export type { Flow, FunctionContext, NodeFunction } from './builder-types.js';
export type { UndoFunction } from './compensation-types.js';
export type { Condition, ObjectCondition } from './condition-types.js';
export {
  parsePlan, serializePlan, planFormat,
  type Compensation, type Connection, type FunctionCompensation, type FunctionPlanNode, type NodeOptions, type OperationCompensation, type OperationPlanNode,
  type PlanData, type PlanNode, type RetryPolicy, type StepOptions, type TransactionSettings, type WorkflowPlan,
} from './plan.js';
