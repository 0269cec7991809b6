import type ts from 'typescript';
import { connectionHover } from './completions.js';
import { contractText, sqlText } from './contract-text.js';
import { nodeAt } from './node-at.js';
import type { ProgramView } from './program-view.js';

/** What hovering a node class, its name in quotes, a method of `db.models.X`, or a name in an `addConnection` shows; undefined elsewhere. */
export function hover(view: ProgramView, file: ts.SourceFile, position: number, given: ts.QuickInfo | undefined): ts.QuickInfo | undefined {
  const node = nodeAt(view, file, position);
  if (!node) return connectionHover(view, file, position);
  const { ScriptElementKind } = view.tsc;
  const model = view.model(node.model);
  const sql = model && sqlText(model, node.operation);
  const start = node.token.getStart(file);
  return {
    kind: node.form === 'method' ? ScriptElementKind.memberFunctionElement : ScriptElementKind.classElement,
    kindModifiers: given?.kindModifiers ?? '',
    textSpan: given?.textSpan ?? { start, length: node.token.end - start },
    displayParts: [{ kind: 'text', text: contractText(view, node) }],
    documentation: [...(given?.documentation ?? []), ...(sql === undefined ? [] : [{ kind: 'text', text: `${given?.documentation?.length ? '\n\n' : ''}${sql}` }])],
    ...(given?.tags && { tags: given.tags }),
  };
}
