import type ts from 'typescript';
import type { Recogniser } from '../recognise.js';
import { BuilderCalls, TracedBuilder } from './builders.js';
import { functionAround, isAssignment, isShortCircuit, mayReturnEarly, usesOf } from './scopes.js';
import type { Snapshot } from './trace.js';
import { Env } from './values.js';

type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;

const deepest = 8;
/** Calls of helpers that are followed in one file: helpers that call helpers may be many. */
const most = 1000;

/**
 * Follows workflow builders through a file: along chains, variables filled by statements, and helper functions of the same
 * file. Only what happens for sure counts: behind an `if`, in a loop, in another function, or handed to somebody else a
 * builder may become anything, and its snapshots say so.
 */
export class BuilderFollower {
  readonly #calls: BuilderCalls;
  readonly #variables = new Map<ts.Symbol, TracedBuilder>();
  /** Names of those variables, for a quick look. */
  readonly #names = new Set<string>();
  readonly #visited = new Set<ts.Node>();
  readonly #followed = new Set<TracedBuilder>();
  readonly #running: FunctionNode[] = [];
  readonly #via: ts.CallExpression[] = [];
  #entered = 0;

  constructor(private readonly recogniser: Recogniser) {
    this.#calls = new BuilderCalls(recogniser);
  }

  /**
   * @param creations where builders come from: every `new WorkflowBuilder(…)` of the file, and calls of functions that give one
   * @param parameters those that take a builder
   */
  follow(creations: readonly (ts.NewExpression | ts.CallExpression)[], parameters: readonly ts.ParameterDeclaration[]): Snapshot[] {
    const { ts } = this.recogniser.context;
    for (const creation of creations) {
      if (this.#visited.has(creation)) continue;
      const container = this.#containerOf(creation);
      if (container) this.#run(container, new Env());
      if (ts.isNewExpression(creation) && !this.#visited.has(creation)) this.#value(this.#chainOf(creation), new Env());
    }
    for (const parameter of parameters) this.#alone(parameter);
    const unbuilt = [...this.#followed].filter(({ built }) => !built);
    for (const builder of unbuilt) builder.complete = false;
    return [...this.#calls.snapshots, ...unbuilt.map((builder) => builder.snapshot())];
  }

  /** A helper that was not followed from a call: what it adds to the builder that it is given. */
  #alone(parameter: ts.ParameterDeclaration): void {
    const { ts, checker } = this.recogniser.context;
    const fn = parameter.parent;
    const symbol = ts.isIdentifier(parameter.name) ? checker.getSymbolAtLocation(parameter.name) : undefined;
    if (!symbol || !('body' in fn) || !fn.body || this.#visited.has(fn)) return;
    const builder = new TracedBuilder(parameter.name.getText());
    builder.complete = false;
    this.#keep(symbol, builder);
    if (ts.isBlock(fn.body)) this.#run(fn.body, new Env());
    else this.#value(fn.body as ts.Expression, new Env());
  }

  /** Runs statements one after the other. @returns the builder that is returned */
  #run(container: ts.Node & { readonly statements: readonly ts.Statement[] }, env: Env): TracedBuilder | undefined {
    const { ts } = this.recogniser.context;
    this.#visited.add(container);
    for (const statement of container.statements) {
      if (ts.isVariableStatement(statement)) {
        for (const declaration of statement.declarationList.declarations) this.#declare(declaration, env);
      } else if (ts.isExpressionStatement(statement)) {
        this.#value(statement.expression, env);
      } else if (ts.isReturnStatement(statement)) {
        return statement.expression && this.#value(statement.expression, env);
      } else if (ts.isBlock(statement)) {
        const returned = this.#run(statement, env);
        if (returned) return returned;
      } else if (ts.isExportAssignment(statement)) {
        this.#escape(this.#value(statement.expression, env));
      } else if (!ts.isFunctionDeclaration(statement)) {
        this.#unsure(statement);
      }
    }
    return undefined;
  }

  #declare(declaration: ts.VariableDeclaration, env: Env): void {
    const { ts, checker } = this.recogniser.context;
    if (!declaration.initializer) return;
    const builder = this.#value(declaration.initializer, env);
    if (!builder) return;
    const symbol = ts.isIdentifier(declaration.name) ? checker.getSymbolAtLocation(declaration.name) : undefined;
    if (symbol) this.#keep(symbol, builder);
    else this.#escape(builder);
  }

  /** Remembers which variable holds a builder. Assigned again, or used by a function that may run at any time, it is not sure. */
  #keep(symbol: ts.Symbol, builder: TracedBuilder): void {
    const { ts } = this.recogniser.context;
    this.#followed.add(builder);
    const home = functionAround(ts, symbol.valueDeclaration!);
    for (const use of usesOf(this.recogniser.context, symbol)) {
      if (isAssignment(ts, use)) {
        builder.complete = false;
        return;
      }
      if (functionAround(ts, use) !== home && !this.#isBuild(use)) builder.complete = false;
    }
    this.#variables.set(symbol, builder);
    this.#names.add(symbol.name);
  }

  /** The builder that an expression is, after everything that evaluating it does. */
  #value(expression: ts.Expression, env: Env): TracedBuilder | undefined {
    const { ts } = this.recogniser.context;
    const node = this.recogniser.plain(expression);
    if (ts.isIdentifier(node)) return this.#named(node, env);
    if (ts.isNewExpression(node) && this.recogniser.isCreation(node)) return this.#create(node, env);
    if (ts.isCallExpression(node)) return this.#call(node, env);
    if (ts.isAwaitExpression(node) || ts.isVoidExpression(node)) return this.#value(node.expression, env);
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return undefined;
    if (ts.isConditionalExpression(node) || isShortCircuit(ts, node) || ts.isOptionalChain(node)) {
      this.#unsure(node);
      return undefined;
    }
    ts.forEachChild(node, (child) => {
      if (ts.isExpression(child)) this.#escape(this.#value(child, env));
      else this.#inside(child, env);
    });
    return undefined;
  }

  /** Parts of an expression that are none themselves: properties, template spans. */
  #inside(node: ts.Node, env: Env): void {
    const { ts } = this.recogniser.context;
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return;
    if (ts.isShorthandPropertyAssignment(node)) return this.#escape(this.#named(node.name, env));
    ts.forEachChild(node, (child) => {
      if (ts.isExpression(child)) this.#escape(this.#value(child, env));
      else this.#inside(child, env);
    });
  }

  #create(node: ts.NewExpression, env: Env): TracedBuilder {
    this.#visited.add(node);
    const name = node.arguments?.[0] && this.#calls.values.text({ expression: node.arguments[0], env });
    const builder = new TracedBuilder(name ?? 'workflow');
    this.#followed.add(builder);
    return builder;
  }

  #named(name: ts.Identifier, env: Env): TracedBuilder | undefined {
    if (!this.#names.has(name.text)) return undefined;
    const { ts, checker } = this.recogniser.context;
    const symbol = ts.isShorthandPropertyAssignment(name.parent) ? checker.getShorthandAssignmentValueSymbol(name.parent) : checker.getSymbolAtLocation(name);
    if (!symbol) return undefined;
    const bound = env.get(symbol);
    return bound ? undefined : this.#variables.get(symbol);
  }

  /** A chain is unrolled, for one of many links must not exhaust the call stack. */
  #call(outermost: ts.CallExpression, env: Env): TracedBuilder | undefined {
    const { ts } = this.recogniser.context;
    const links: { readonly call: ts.CallExpression; readonly method: string }[] = [];
    let root: ts.Expression = outermost;
    for (;;) {
      if (!ts.isCallExpression(root) || ts.isCallChain(root)) break;
      const callee = this.recogniser.plain(root.expression);
      if (!ts.isPropertyAccessExpression(callee)) break;
      links.push({ call: root, method: callee.name.text });
      root = this.recogniser.plain(callee.expression);
    }
    let builder = ts.isCallExpression(root) ? this.#plainCall(root, env) : this.#value(root, env);
    for (const { call, method } of links.reverse()) {
      for (const argument of call.arguments) this.#argument(argument, env);
      if (builder && !this.#calls.apply(builder, method, call, env, this.#via[0])) builder = undefined;
    }
    return builder;
  }

  /** A call that is no link of a chain: a helper of the same file is followed, everybody else may do anything. */
  #plainCall(call: ts.CallExpression, env: Env): TracedBuilder | undefined {
    const { ts } = this.recogniser.context;
    const callee = this.recogniser.plain(call.expression);
    const given = call.arguments.map((argument) => this.#argumentValue(argument, env));
    const fn = ts.isIdentifier(callee) && !ts.isCallChain(call) ? this.#helper(callee) : undefined;
    const concerns = fn && (given.some((builder) => builder !== undefined) || this.#givesBuilder(call));
    if (fn && concerns && this.#via.length < deepest && this.#entered++ < most && !this.#running.includes(fn)) return this.#enter(fn, call, given, env);
    for (const builder of given) this.#escape(builder);
    if (!ts.isIdentifier(callee)) this.#escape(this.#value(callee, env));
    return undefined;
  }

  #argument(argument: ts.Expression, env: Env): void {
    this.#escape(this.#argumentValue(argument, env));
  }

  #argumentValue(argument: ts.Expression, env: Env): TracedBuilder | undefined {
    return this.recogniser.context.ts.isStringLiteralLike(argument) ? undefined : this.#value(argument, env);
  }

  #enter(fn: FunctionNode, call: ts.CallExpression, given: readonly (TracedBuilder | undefined)[], outer: Env): TracedBuilder | undefined {
    const { ts, checker } = this.recogniser.context;
    const env = new Env();
    const own: ts.Symbol[] = [];
    for (const [index, parameter] of fn.parameters.entries()) {
      const symbol = ts.isIdentifier(parameter.name) && !parameter.dotDotDotToken ? checker.getSymbolAtLocation(parameter.name) : undefined;
      const builder = given[index];
      const argument = call.arguments[index];
      if (!symbol || (argument && ts.isSpreadElement(argument))) {
        this.#escape(builder);
      } else if (builder) {
        this.#keep(symbol, builder);
        own.push(symbol);
      } else {
        const expression = argument ?? parameter.initializer;
        if (expression && !usesOf(this.recogniser.context, symbol).some((use) => isAssignment(ts, use))) env.bind(symbol, { expression, env: argument ? outer : env });
      }
    }
    this.#visited.add(fn);
    this.#running.push(fn);
    this.#via.push(call);
    const body = fn.body!;
    const returned = ts.isBlock(body) ? this.#run(body, env) : this.#value(body, env);
    this.#via.pop();
    this.#running.pop();
    // Variables of the helper mean something else at its next call.
    for (const symbol of own) this.#variables.delete(symbol);
    return returned;
  }

  /** The function of this file that a name stands for, when it is sure to be that one and runs when it is called. */
  #helper(name: ts.Identifier): FunctionNode | undefined {
    const { ts, checker } = this.recogniser.context;
    const declaration = checker.getSymbolAtLocation(name)?.valueDeclaration;
    if (!declaration || declaration.getSourceFile() !== name.getSourceFile()) return undefined;
    let fn: ts.Node | undefined = declaration;
    if (ts.isVariableDeclaration(declaration)) {
      fn = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const && declaration.initializer ? this.recogniser.plain(declaration.initializer) : undefined;
    }
    if (!fn || !(ts.isFunctionDeclaration(fn) || ts.isFunctionExpression(fn) || ts.isArrowFunction(fn)) || !fn.body || fn.asteriskToken) return undefined;
    return mayReturnEarly(ts, fn.body) ? undefined : fn;
  }

  #givesBuilder(call: ts.CallExpression): boolean {
    const type = this.recogniser.typeOf(call);
    return type === 'WorkflowBuilder' || type === 'Flow';
  }

  #escape(builder: TracedBuilder | undefined): void {
    if (builder) builder.complete = false;
  }

  /** Something that may happen, or more than once: builders that it uses are not sure afterwards, unless it only builds them. */
  #unsure(node: ts.Node): void {
    const { ts } = this.recogniser.context;
    const builds: [TracedBuilder, ts.CallExpression][] = [];
    const visit = (child: ts.Node): void => {
      if (ts.isIdentifier(child)) {
        const builder = ts.isPropertyAccessExpression(child.parent) && child.parent.name === child ? undefined : this.#named(child, new Env());
        const build = builder && this.#isBuild(child);
        if (builder && build) builds.push([builder, build]);
        else this.#escape(builder);
      } else if (!ts.isFunctionLike(child) && !ts.isTypeNode(child)) {
        ts.forEachChild(child, visit);
      }
    };
    visit(node);
    for (const [builder, call] of builds) this.#calls.apply(builder, 'build', call, new Env(), this.#via[0]);
  }

  /** The call of `wf.build()` when a use of `wf` is just that. */
  #isBuild(use: ts.Identifier): ts.CallExpression | undefined {
    const { ts } = this.recogniser.context;
    const access = use.parent;
    const isBuild = ts.isPropertyAccessExpression(access) && access.expression === use && access.name.text === 'build' && ts.isCallExpression(access.parent);
    return isBuild ? (access.parent as ts.CallExpression) : undefined;
  }

  #containerOf(node: ts.Node): (ts.Node & { readonly statements: readonly ts.Statement[] }) | undefined {
    const { ts } = this.recogniser.context;
    for (let around: ts.Node = node.parent; around; around = around.parent) {
      if (ts.isBlock(around) || ts.isSourceFile(around) || ts.isModuleBlock(around) || ts.isCaseOrDefaultClause(around)) return this.#visited.has(around) ? undefined : around;
    }
    return undefined;
  }

  #chainOf(creation: ts.NewExpression): ts.Expression {
    const { ts } = this.recogniser.context;
    let top: ts.Expression = creation;
    for (;;) {
      const { parent } = top;
      if (ts.isParenthesizedExpression(parent)) top = parent;
      else if (ts.isPropertyAccessExpression(parent) && parent.expression === top && ts.isCallExpression(parent.parent)) top = parent.parent;
      else return top;
    }
  }
}
