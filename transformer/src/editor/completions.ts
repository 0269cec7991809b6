import type ts from 'typescript';
import { connectionArgument, connectionName, connectionNames, type ConnectionArgument, type ConnectionName } from './connection-names.js';
import { isMessage } from './contract-text.js';
import { isGenerated } from './model-memory.js';
import { parameterNames } from './parameter-names.js';
import type { ProgramView } from './program-view.js';

/** What only DataFlow knows: node ids, outputs and inputs in `addConnection`, keys in `addNode`; undefined elsewhere. */
export function ownCompletions(view: ProgramView, file: ts.SourceFile, position: number): ts.CompletionInfo | undefined {
  const { ScriptElementKind } = view.tsc;
  const argument = connectionArgument(view, file, position);
  const names = argument ? connectionNames(view, file, argument, position) : parameterNames(view, file, position);
  if (!names?.length) return undefined;
  return {
    isGlobalCompletion: false,
    isMemberCompletion: !argument,
    isNewIdentifierLocation: false,
    ...(argument && { optionalReplacementSpan: argument.span }),
    entries: names.map(({ name, detail, rank }) => ({
      name,
      kind: argument ? ScriptElementKind.string : ScriptElementKind.memberVariableElement,
      kindModifiers: '',
      sortText: `${10 + rank}`,
      ...(argument && { replacementSpan: argument.span }),
      ...(!argument && !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) && { insertText: `'${name}'` }),
      labelDetails: { description: shortened(detail) },
    })),
  };
}

/** More on one of them: `(input) create_user.name: string, required`. */
export function ownDetails(view: ProgramView, file: ts.SourceFile, position: number, entry: string): ts.CompletionEntryDetails | undefined {
  const { ScriptElementKind } = view.tsc;
  const argument = connectionArgument(view, file, position);
  const parameter = argument ? undefined : parameterNames(view, file, position)?.find(({ name }) => name === entry);
  const connection = argument && connectionNames(view, file, argument, position).find(({ name }) => name === entry);
  const text = connection ? nameText(view, argument!, connection) : parameter && `${parameter.name}: ${parameter.detail}`;
  if (text === undefined) return undefined;
  return { name: entry, kind: argument ? ScriptElementKind.string : ScriptElementKind.memberVariableElement, kindModifiers: '', displayParts: [{ kind: 'text', text }] };
}

/** What the name in an `addConnection` at a position is. */
export function connectionHover(view: ProgramView, file: ts.SourceFile, position: number): ts.QuickInfo | undefined {
  const argument = connectionArgument(view, file, position);
  const found = argument && connectionName(view, file, argument);
  return found && { kind: view.tsc.ScriptElementKind.string, kindModifiers: '', textSpan: argument.span, displayParts: [{ kind: 'text', text: nameText(view, argument, found) }] };
}

function nameText({ tsc }: ProgramView, { call, part }: ConnectionArgument, { name, detail }: ConnectionName): string {
  const node = part === 'output' ? call.arguments[0] : part === 'input' ? call.arguments[2] : undefined;
  const owner = node && tsc.isStringLiteralLike(node) ? `${node.text}.` : '';
  return `(${words[part]}) ${owner}${name}: ${detail}`;
}

const words: Readonly<Record<ConnectionName['part'], string>> = { from: 'node', output: 'output', to: 'node', input: 'input' };

/**
 * Without what the contract types offer only to say why it is wrong: texts that are messages, and properties that take nothing but
 * one. The entries must have been asked for with their symbols; they have none in the result.
 */
export function withoutMessages(view: ProgramView, given: ts.WithMetadata<ts.CompletionInfo>): ts.WithMetadata<ts.CompletionInfo> {
  const entries = given.entries.flatMap(({ symbol, ...entry }: ts.CompletionEntry & { symbol?: ts.Symbol }) => {
    if (/^['"]?DF-\d{3}:/.test(entry.name)) return [];
    return symbol && isForbidden(view, symbol) ? [] : [entry];
  });
  return { ...given, entries };
}

function isForbidden(view: ProgramView, symbol: ts.Symbol): boolean {
  const { SymbolFlags } = view.tsc;
  const declaration = symbol.flags & SymbolFlags.Property ? symbol.declarations?.[0] : undefined;
  if (!declaration || !(isGenerated(declaration.getSourceFile()) || isShared(declaration.getSourceFile()))) return false;
  // Where names are offered for any value, the contract behind them still knows.
  return isMessage(view, view.checker.getTypeOfSymbol(symbol)) || isMessage(view, view.checker.getTypeAtLocation(declaration));
}

/** The pieces that the contracts of all models share. */
function isShared(file: ts.SourceFile): boolean {
  return file.fileName.endsWith('/model/contract-types.d.ts');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
