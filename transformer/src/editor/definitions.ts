import { resolve } from 'node:path';
import type ts from 'typescript';
import { connectionArgument, connectionName, type ConnectionArgument } from './connection-names.js';
import { nodeAt, tokenAt } from './node-at.js';
import type { ProgramView } from './program-view.js';
import { workflowInSight } from './workflow-in-sight.js';

/**
 * Where the name at a position is defined: a generated node, `db.models.User` and its methods at the model's class; in
 * `addConnection` a node's id where the node is added, and an output or input where the property is declared. Undefined elsewhere.
 */
export function definitions(view: ProgramView, file: ts.SourceFile, position: number): ts.DefinitionInfoAndBoundSpan | undefined {
  const { tsc } = view;
  const argument = connectionArgument(view, file, position);
  if (argument) {
    const found = definitionOfArgument(view, file, argument);
    return found && { definitions: [found], textSpan: argument.span };
  }
  const node = nodeAt(view, file, position);
  const model = node ? node.model : modelAt(view, file, position);
  const token = node?.token ?? tokenAt(tsc, file, position);
  const source = model === undefined ? undefined : view.model(model)?.source;
  if (!source || !token || model === undefined) return undefined;
  const quote = tsc.isStringLiteralLike(token) ? 1 : 0;
  const start = token.getStart(file) + quote;
  const place = { start: source.start, length: source.end - source.start };
  return {
    definitions: [definition(view, resolve(view.project.folder, source.file), place, model, tsc.ScriptElementKind.classElement)],
    textSpan: { start, length: token.end - quote - start },
  };
}

function definitionOfArgument(view: ProgramView, file: ts.SourceFile, argument: ConnectionArgument): ts.DefinitionInfo | undefined {
  const { tsc } = view;
  if (argument.part === 'from' || argument.part === 'to') {
    const place = workflowInSight(view, argument.call).places.get(argument.literal.text);
    return place && definition(view, file.fileName, { start: place.getStart(file) + 1, length: place.text.length }, place.text, tsc.ScriptElementKind.string);
  }
  // Of a generated declaration tsserver finds the property of the model through its source map.
  const found = connectionName(view, file, argument);
  const declaration = found?.symbol?.declarations?.[0];
  const name = declaration && tsc.getNameOfDeclaration(declaration);
  if (!found || !name) return undefined;
  const source = name.getSourceFile();
  const start = name.getStart(source);
  return definition(view, source.fileName, { start, length: name.end - start }, found.name, tsc.ScriptElementKind.memberVariableElement);
}

/** The model of `db.models.User`, with the position on `User`. */
function modelAt(view: ProgramView, file: ts.SourceFile, position: number): string | undefined {
  const { tsc, recogniser, checker } = view;
  const token = tokenAt(tsc, file, position);
  const symbol = token && (tsc.isIdentifier(token) || tsc.isStringLiteralLike(token)) ? checker.getSymbolAtLocation(token) : undefined;
  const owner = symbol?.declarations?.[0]?.parent;
  if (!symbol || !owner || !tsc.isInterfaceDeclaration(owner) || owner.name.text !== 'Models') return undefined;
  return recogniser.isGenerated(owner.getSourceFile()) ? symbol.name : undefined;
}

function definition(view: ProgramView, fileName: string, textSpan: ts.TextSpan, name: string, kind: ts.ScriptElementKind): ts.DefinitionInfo {
  return { fileName: view.program.getSourceFile(fileName)?.fileName ?? fileName, textSpan, kind, name, containerKind: view.tsc.ScriptElementKind.unknown, containerName: '' };
}
