import type ts from 'typescript';
import type { TypeScript } from './check-context.js';

/** The nodes of a file that the checks ask about, collected in one walk. */
export interface FileNodes {
  /** In the order of the source. */
  readonly all: readonly (ts.CallExpression | ts.NewExpression | ts.ParameterDeclaration)[];
  /** Each call after those inside of it. */
  readonly callsInnerFirst: readonly ts.CallExpression[];
}

const known = new WeakMap<ts.SourceFile, FileNodes>();

/** Calls, creations and parameters of a file. Types have none of interest and are left out. */
export function nodesOf(tsc: TypeScript, file: ts.SourceFile): FileNodes {
  const found = known.get(file) ?? collect(tsc, file);
  known.set(file, found);
  return found;
}

function collect(tsc: TypeScript, file: ts.SourceFile): FileNodes {
  const all: (ts.CallExpression | ts.NewExpression | ts.ParameterDeclaration)[] = [];
  const callsInnerFirst: ts.CallExpression[] = [];
  const { CallExpression, NewExpression, Parameter, FirstTypeNode, LastTypeNode, FirstJSDocNode, LastJSDocNode } = tsc.SyntaxKind;
  const visit = (node: ts.Node): void => {
    const { kind } = node;
    if ((kind >= FirstTypeNode && kind <= LastTypeNode) || (kind >= FirstJSDocNode && kind <= LastJSDocNode)) return;
    if (kind === CallExpression || kind === NewExpression || kind === Parameter) all.push(node as ts.CallExpression | ts.NewExpression | ts.ParameterDeclaration);
    tsc.forEachChild(node, visit);
    if (kind === CallExpression) callsInnerFirst.push(node as ts.CallExpression);
  };
  tsc.forEachChild(file, visit);
  return { all, callsInnerFirst };
}
