import type ts from 'typescript';
import type { GraphNode } from 'dataflow-ts/compiler';
import { placeOf } from '../check-context.js';
import type { Recogniser } from '../recognise.js';
import { functionShape } from './function-shape.js';
import { compensationOf } from './compensation-calls.js';
import type { Snapshot, TracedCompensation, TracedConnection, TracedNode } from './trace.js';
import { unknownValue, Values, type Env } from './values.js';

/** A workflow under construction, followed call by call. */
export class TracedBuilder {
  readonly nodes: TracedNode[] = [];
  readonly connections: TracedConnection[] = [];
  readonly compensations: TracedCompensation[] = [];
  transaction: Snapshot['transaction'];
  input: ts.CallExpression | undefined;
  /** Whether nothing was added that could not be followed. Never true again once it is false. */
  complete = true;
  built = false;

  constructor(readonly name: string) {}

  snapshot(build?: Snapshot['build']): Snapshot {
    return { name: this.name, nodes: [...this.nodes], connections: [...this.connections], compensations: [...this.compensations], transaction: this.transaction, input: this.input, complete: this.complete, build };
  }
}

/** What the calls on builders do to them. */
export class BuilderCalls {
  readonly snapshots: Snapshot[] = [];
  readonly #values: Values;

  constructor(private readonly recogniser: Recogniser) {
    this.#values = new Values(recogniser);
  }

  get values(): Values {
    return this.#values;
  }

  /** Applies one call. @returns whether its result is the builder again */
  apply(builder: TracedBuilder, method: string, call: ts.CallExpression, env: Env, via: ts.CallExpression | undefined): boolean {
    const known = this.recogniser.call(call);
    const strict = known?.kind === 'builder' && known.strict;
    switch (method) {
      case 'withInput':
        builder.input = call;
        return true;
      case 'transaction': {
        const settings = call.arguments[0] && this.#values.object({ expression: call.arguments[0], env });
        builder.transaction = { call, readOnly: settings?.['readOnly'] === true, at: placeOf(this.recogniser.context, call) };
        return true;
      }
      case 'compensate': {
        const compensation = compensationOf(this.recogniser, this.#values, call, env, strict, via);
        if (compensation) builder.compensations.push(compensation);
        return true;
      }
      case 'addNode':
      case 'addFunction': {
        const node = this.#node(method, call, env, strict, via);
        if (node) builder.nodes.push(node);
        else builder.complete = false;
        return true;
      }
      case 'addConnection': {
        const connection = this.#connection(call, env, strict, via);
        if (connection) builder.connections.push(connection);
        else builder.complete = false;
        return true;
      }
      case 'build':
        builder.built = true;
        this.snapshots.push(builder.snapshot({ call, strict }));
        return false;
      default:
        builder.complete = false;
        return false;
    }
  }

  #node(method: 'addNode' | 'addFunction', call: ts.CallExpression, env: Env, strict: boolean, via: ts.CallExpression | undefined): TracedNode | undefined {
    const { ts, checker } = this.recogniser.context;
    const { arguments: args } = call;
    const [what, idArgument] = method === 'addNode' ? [args[0], args[1]] : [args[1], args[0]];
    if (!what || !idArgument || args.some(ts.isSpreadElement)) return undefined;
    const id = this.#values.text({ expression: idArgument, env });
    if (id === undefined) return undefined;
    const resolved = this.#values.resolve({ expression: what, env }).expression;
    const options = method === 'addNode' ? args[3] : args[2];
    const params = method === 'addNode' ? args[2] : undefined;
    const optionValues = options ? this.#values.object({ expression: options, env }) : {};
    const when = optionValues?.['when'] === unknownValue ? undefined : optionValues?.['when'];
    const at = placeOf(this.recogniser.context, idArgument);
    const common = { id, at, ...(typeof when === 'object' && when !== null && { when: when as Record<string, unknown> }) };
    let graph: GraphNode;
    if (method === 'addFunction') {
      const type = ts.isIdentifier(resolved) ? resolved.text : id;
      graph = { ...common, type, params: {}, ...functionShape(this.recogniser.context, resolved) };
    } else {
      const meaning = this.recogniser.node(resolved);
      const given = params ? this.#values.object({ expression: params, env }) : {};
      graph = {
        ...common,
        type: meaning?.type ?? checker.typeToString(checker.getTypeAtLocation(resolved)),
        ...(meaning?.model && meaning.operation && { model: meaning.model, operation: meaning.operation }),
        ...(given && { params: sureOf(given) }),
      };
    }
    return { graph, call, id: idArgument, params, options, optionsKnown: optionValues !== undefined && optionValues['when'] !== unknownValue, strict, via };
  }

  #connection(call: ts.CallExpression, env: Env, strict: boolean, via: ts.CallExpression | undefined): TracedConnection | undefined {
    const { ts } = this.recogniser.context;
    const [a, b, c, d] = call.arguments;
    if (!a || !b || !c || !d || call.arguments.some(ts.isSpreadElement)) return undefined;
    const [from, output, to, input] = [a, b, c, d].map((expression) => this.#values.text({ expression, env }));
    if (from === undefined || output === undefined || to === undefined || input === undefined) return undefined;
    return { graph: { from, output, to, input, at: placeOf(this.recogniser.context, d) }, call, parts: [a, b, c, d], strict, via };
  }
}

/** Parameters that add something to the result are taken to do so when their value is not known. */
function sureOf(params: Record<string, unknown>): Record<string, unknown> {
  const asked = ['total', 'records'].filter((name) => params[name] === unknownValue);
  return asked.length === 0 ? params : { ...params, ...Object.fromEntries(asked.map((name) => [name, true])) };
}
