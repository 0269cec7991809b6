import { dfError } from '../errors/dataflow-error.js';
import type { DataFlowSchema, NodeClass } from '../nodes/node.js';
import { raiseFindings, WorkflowBuilder } from '../workflow/builder.js';
import { dependencies, graphOf, levelsOf, type GraphNode } from '../workflow/graph.js';
import { isRequired, nodeShape, type Shape } from '../workflow/node-shape.js';
import { headOf, isGivenAt, overlap, pathOf } from '../workflow/paths.js';
import { undoName, type Compensation, type PlanNode } from '../workflow/plan.js';
import { checkWorkflow } from '../workflow/rules.js';
import type { Workflow } from '../workflow/workflow.js';
import type { Step } from './attempts.js';
import type { ProgramUndo } from './compensation.js';
import type { Program, ProgramNode } from './control-flow.js';
import { inputRules } from './run-inputs.js';

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
  const { compensations = [] } = plan;
  const classes = new Map(workflow.classes);
  for (const one of [...plan.nodes, ...compensations]) {
    if (one.kind === 'operation') classes.set(one.type, workflow.classes.get(one.type) ?? classOf(nameOf(one), one.type, schema, workflow.name));
  }
  const graph = graphOf(plan, classes);
  // build() has checked what it knew; names given as strings are known only now.
  if (classes.size > workflow.classes.size) raiseFindings(checkWorkflow(graph), workflow.name);
  const workOf = (one: PlanNode | Compensation): Step['work'] =>
    one.kind === 'operation' ? { node: classes.get(one.type)! } : { fn: functionOf(workflow, nameOf(one), one.function), called: one.function };
  const outputs = new Map<string, Shape>();
  const nodes = new Map(
    plan.nodes.map((node, index): [string, ProgramNode] => {
      const given = graph.nodes[index]!;
      if (given.model && given.operation) outputs.set(node.id, nodeShape(given.model, given.operation, given.params).output);
      return [
        node.id,
        {
          name: node.id,
          plan: node,
          params: given.params ?? {},
          when: given.when,
          connections: plan.connections.filter(({ to }) => to === node.id).map(({ from, output, input }) => ({ from, output: pathOf(output), input: pathOf(input) })),
          work: workOf(node),
        },
      ];
    }),
  );
  const undoing = compensations.map((one, index): [string, ProgramUndo] => {
    const given = graph.compensations![index]!;
    const from = given.connections.map(({ input, output }) => ({ input: pathOf(input), output: pathOf(output), required: isNeeded(given.node!, input) }));
    return [one.node, { name: nameOf(one), plan: one, params: given.node?.params ?? {}, from, work: workOf(one) }];
  });
  const levels = levelsOf(dependencies(graph)).map((level) => level.map((id) => nodes.get(id)!));
  return {
    workflow: workflow.name,
    levels,
    inputs: inputRules(levels.flat()),
    blank: Object.fromEntries(plan.nodes.map(({ id }) => [id, undefined])),
    outputs,
    compensations: new Map(undoing),
    sequential: false,
    contained: false,
  };
}

/** Without an input that is needed there is nothing to undo. A condition left out of a filter would let it find other rows. */
function isNeeded(undoing: GraphNode, input: string): boolean {
  const head = headOf(input);
  if (head === 'filter' || head === 'where') return true;
  return isRequired(undoing, input) && !Object.hasOwn(undoing.params ?? {}, head);
}

function nameOf(one: PlanNode | Compensation): string {
  return 'id' in one ? one.id : undoName(one.node);
}

function classOf(node: string, type: string, schema: DataFlowSchema | undefined, workflow: string): NodeClass {
  const found = schema !== undefined && Object.hasOwn(schema.nodes, type) ? schema.nodes[type] : undefined;
  if (found === undefined) throw dfError('DF-804', { node, type }, { context: { workflow } });
  return found;
}

function functionOf(workflow: Workflow, node: string, name: string) {
  const fn = workflow.functions.get(node);
  if (fn === undefined) throw dfError('DF-803', { node, function: name }, { context: { workflow: workflow.name } });
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
    for (const { input: path } of node.connections) {
      const input = path.join('.');
      const given = Object.keys(own).some((name) => overlap(name, input)) && isGivenAt(own, input);
      if (given) throw dfError('DF-207', { node: node.plan.id, input }, { context: { workflow: program.workflow } });
    }
    return { ...node, params };
  };
  return { ...program, levels: program.levels.map((level) => level.map(replace)) };
}
