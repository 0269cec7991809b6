import type ts from 'typescript';
import { factsOf, operations, type Finding, type ModelFacts, type ModelSchema } from 'dataflow-ts/compiler';
import type { CheckContext } from '../check-context.js';
import { nodesOf } from '../file-nodes.js';
import type { DataFlowCall, Recogniser } from '../recognise.js';
import { checkBuilderCall } from './builder-calls.js';
import { checkOptions } from './call-options.js';
import { GivenValues } from './given.js';
import { checkNodeNames } from './node-names.js';
import { checkOperation } from './operation.js';
import { Report } from './report.js';
import { checkRun } from './runs.js';
import { checkTypedLiteral, typedLiteralAt, type TypedLiteral } from './typed-literals.js';

/** What could be said better than TypeScript says it, and what types let pass. */
export interface Explained {
  readonly findings: readonly Finding[];
  /** TypeScript's diagnostics that the findings take the place of. */
  readonly explained: ReadonlySet<ts.Diagnostic>;
}

/** TypeScript's ways of saying that an argument does not fit. */
const misfits = new Set([2322, 2345, 2349, 2353, 2375, 2379, 2412, 2554, 2555, 2559, 2561, 2739, 2740, 2741, 2769, 2820]);
const methods: ReadonlySet<string> = new Set([...operations, 'execute', 'addNode', 'addFunction', 'addConnection', 'compensate', 'build']);
/** What TypeScript sees, too, in most places, and may report elsewhere in the call. */
const inTypes: ReadonlySet<string> = new Set(['DF-105', 'DF-108', 'DF-110', 'DF-111', 'DF-112']);

/**
 * Looks at the parameters of DataFlow's calls by the runtime's own rules. What TypeScript has found there, too, is explained;
 * what types cannot see is added; where the rules find nothing, TypeScript's message stays.
 */
export function explain(context: CheckContext, recogniser: Recogniser, file: ts.SourceFile, diagnostics: readonly ts.Diagnostic[]): Explained {
  const { ts } = context;
  const findings: Finding[] = [];
  const explained = new Set<ts.Diagnostic>();
  const troubled = new Set<ts.CallExpression>();
  const isTroubled = (call: ts.CallExpression) => troubled.has(call) || diagnostics.some((diagnostic) => isAbout(ts, diagnostic, call));
  const explainer = new Explainer(context, recogniser, isTroubled);
  for (const node of nodesOf(ts, file).callsInnerFirst) {
    const call = mayBeOurs(ts, node) ? recogniser.call(node) : undefined;
    const report = call && explainer.check(call);
    if (!report || (report.entries.length === 0 && !report.follows)) continue;
    const mine = diagnostics.filter((diagnostic) => isAbout(ts, diagnostic, node));
    if (report.follows) for (const diagnostic of mine) explained.add(diagnostic);
    const isSeen = mine.length > 0;
    const entries = report.entries.filter(({ certain }) => certain || isSeen);
    const visible = entries.some(({ certain, finding: { code } }) => !certain || inTypes.has(code));
    for (const diagnostic of mine) {
      const { start = 0, length = 0 } = diagnostic;
      if (visible || entries.some((entry) => entry.start < start + length && start < entry.end)) explained.add(diagnostic);
    }
    if (visible) troubled.add(node);
    findings.push(...entries.map(({ finding }) => finding));
  }
  for (const diagnostic of diagnostics) {
    if (explained.has(diagnostic) || diagnostic.start === undefined || !misfits.has(diagnostic.code)) continue;
    const typed = typedLiteralAt(recogniser, file, diagnostic.start);
    const report = typed && explainer.checkLiteral(typed);
    if (!typed || !report || report.entries.length === 0) continue;
    for (const other of diagnostics) {
      const { start = -1, code } = other;
      if (other === diagnostic || (misfits.has(code) && start >= typed.literal.getStart() && start < typed.literal.end)) explained.add(other);
    }
    findings.push(...report.entries.map(({ finding }) => finding));
  }
  const names = checkNodeNames(context, recogniser, file, diagnostics.filter((diagnostic) => !explained.has(diagnostic)));
  for (const diagnostic of names.explained) explained.add(diagnostic);
  return { findings: [...findings, ...names.findings], explained };
}

/** By its looks, before the checker is asked. */
function mayBeOurs(tsc: typeof import('typescript'), { expression }: ts.CallExpression): boolean {
  return !tsc.isPropertyAccessExpression(expression) || methods.has(expression.name.text);
}

/** Whether a diagnostic is about the arguments of a call, and not about code inside of a function among them. */
function isAbout(tsc: typeof import('typescript'), { code, start, length }: ts.Diagnostic, call: ts.CallExpression): boolean {
  if (start === undefined || length === undefined || !misfits.has(code)) return false;
  const name = tsc.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  if (start < name.getStart() || start >= call.end) return false;
  let inner: ts.Node | undefined = call;
  while (inner) {
    if (inner !== call && (tsc.isFunctionLike(inner) || (tsc.isCallExpression(inner) && inner.getStart() === start))) return false;
    inner = tsc.forEachChild(inner, (child) => (child.getStart() <= start && start < child.end ? child : undefined));
  }
  return true;
}

class Explainer {
  readonly #values: GivenValues;

  constructor(private readonly context: CheckContext, private readonly recogniser: Recogniser, private readonly isTroubled: (call: ts.CallExpression) => boolean) {
    this.#values = new GivenValues(context);
  }

  check(call: DataFlowCall): Report {
    const report = new Report(this.context, call.call, this.isTroubled);
    const { ts } = this.context;
    const args = call.call.arguments;
    if (args.some(ts.isSpreadElement)) return report;
    if (call.kind === 'operation' && call.model) {
      const callee = call.call.expression;
      const method = ts.isPropertyAccessExpression(callee) ? callee.name : undefined;
      checkOperation(this.#values, report, { model: factsOnce(call.model), operation: call.operation, at: method ?? callee, params: args[0], isAlone: () => this.isAlone(call.on), ...(method && { method }) });
      if (args[1]) checkOptions(this.#values, report, factsOnce(call.model), call.operation, args[1]);
    } else if (call.kind === 'execute' && args[0]) {
      const node = this.recogniser.node(args[0]);
      if (node?.model && node.operation) {
        checkOperation(this.#values, report, { model: factsOnce(node.model), operation: node.operation, at: args[0], params: args[1], isAlone: () => this.isAlone(call.on), lax: true });
        if (args[2]) checkOptions(this.#values, report, factsOnce(node.model), node.operation, args[2]);
      }
    } else if (call.kind === 'builder') {
      checkBuilderCall(this.#values, this.recogniser, report, call, factsOnce);
    } else if (call.kind === 'run') {
      checkRun(this.context, this.recogniser, report, call.call);
    }
    return report;
  }

  private isAlone(database: ts.Expression | undefined): boolean {
    return database !== undefined && this.recogniser.typeOf(database) === 'DataFlow';
  }

  checkLiteral(typed: TypedLiteral): Report {
    const report = new Report(this.context, typed.literal);
    checkTypedLiteral(this.#values, report, typed, factsOnce(typed.model));
    return report;
  }
}

const known = new WeakMap<ModelSchema, ModelFacts>();

/** Every file of a program asks for the same models. */
function factsOnce(model: ModelSchema): ModelFacts {
  const facts = known.get(model) ?? factsOf(model);
  known.set(model, facts);
  return facts;
}
