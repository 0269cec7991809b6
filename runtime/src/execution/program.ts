import { dfError } from '../errors/dataflow-error.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';
import { raiseFindings, WorkflowBuilder } from '../workflow/builder.js';
import { dependencies, graphOf, levelsOf } from '../workflow/graph.js';
import { nodeShape } from '../workflow/node-shape.js';
import { isGivenAt, overlap } from '../workflow/paths.js';
import type { FunctionPlanNode, OperationPlanNode } from '../workflow/plan.js';
import { checkWorkflow } from '../workflow/rules.js';
import { decodeValue } from '../workflow/tagged-values.js';
import type { Workflow } from '../workflow/workflow.js';
import type { Program, ProgramNode } from './control-flow.js';

export type Overrides = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** Programs without overrides, per workflow and schema: preparing one costs more than running it. */
const prepared = new WeakMap<Workflow, { readonly schema: DataFlowSchema | undefined; readonly program: Program }>();

/**
 * Makes a workflow ready to run. Nodes that were named by a string are looked up in the schema, and the workflow is then
 * checked with all that is known of them. Raises DF-219 for what was not built, DF-803, DF-804, DF-142, and the codes of the
 * workflow rules.
 */
export function programOf(workflow: Workflow, schema: DataFlowSchema | undefined, overrides: Overrides): Program {
  if ((workflow as Partial<Workflow> | undefined)?.plan === undefined) throw dfError('DF-219', describeUnbuilt(workflow));
  const known = prepared.get(workflow);
  const program = known && known.schema === schema ? known.program : prepare(workflow, schema);
  if (program !== known?.program) prepared.set(workflow, { schema, program });
  return Object.keys(overrides).length === 0 ? program : withOverrides(program, overrides);
}

function describeUnbuilt(given: unknown): { workflow: string; given: string } {
  return given instanceof WorkflowBuilder ? { workflow: 'a workflow', given: 'a WorkflowBuilder' } : { workflow: 'a workflow', given: given === null ? 'null' : typeof given };
}

function prepare(workflow: Workflow, schema: DataFlowSchema | undefined): Program {
  const { plan } = workflow;
  const classes = new Map(workflow.classes);
  for (const node of plan.nodes) {
    if (node.kind === 'operation') classes.set(node.type, workflow.classes.get(node.type) ?? classOf(node, schema, workflow.name));
  }
  const graph = graphOf(plan, classes);
  // build() has checked what it knew; names given as strings are known only now.
  if (classes.size > workflow.classes.size) raiseFindings(checkWorkflow(graph), workflow.name);
  const nodes = new Map(
    plan.nodes.map((node): [string, ProgramNode] => {
      const given = graph.nodes.find((one) => one.id === node.id)!;
      const shape = given.model && given.operation && nodeShape(given.model, given.operation, given.params);
      return [
        node.id,
        {
          plan: node,
          params: given.params ?? {},
          when: node.when && (decodeValue(node.when) as Record<string, unknown>),
          connections: plan.connections.filter((connection) => connection.to === node.id),
          work: node.kind === 'operation' ? { node: classes.get(node.type)! } : { fn: functionOf(workflow, node) },
          output: shape?.output,
        },
      ];
    }),
  );
  const levels = levelsOf(dependencies(graph)).map((level) => level.map((id) => nodes.get(id)!));
  return { workflow: workflow.name, levels, sequential: false };
}

function classOf(node: OperationPlanNode, schema: DataFlowSchema | undefined, workflow: string): NodeClass {
  const found = schema !== undefined && Object.hasOwn(schema.nodes, node.type) ? schema.nodes[node.type] : undefined;
  if (found === undefined) throw dfError('DF-804', { node: node.id, type: node.type }, { context: { workflow } });
  return found;
}

function functionOf(workflow: Workflow, node: FunctionPlanNode) {
  const fn = workflow.functions.get(node.id);
  if (fn === undefined) throw dfError('DF-803', { node: node.id, function: node.function }, { context: { workflow: workflow.name } });
  return fn;
}

function withOverrides(program: Program, overrides: Overrides): Program {
  const ids = new Set(program.levels.flat().map((node) => node.plan.id));
  for (const id of Object.keys(overrides)) if (!ids.has(id)) throw dfError('DF-142', { node: id, workflow: program.workflow });
  const replace = (node: ProgramNode): ProgramNode => {
    const own = Object.hasOwn(overrides, node.plan.id) ? overrides[node.plan.id] : undefined;
    if (own === undefined) return node;
    if ('fn' in node.work) throw dfError('DF-143', { node: node.plan.id });
    const params = { ...node.params, ...own };
    for (const { input } of node.connections) {
      const given = Object.keys(own).some((name) => overlap(name, input)) && isGivenAt(own, input);
      if (given) throw dfError('DF-207', { node: node.plan.id, input }, { context: { workflow: program.workflow } });
    }
    return { ...node, params };
  };
  return { ...program, levels: program.levels.map((level) => level.map(replace)) };
}
