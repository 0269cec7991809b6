import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type ts from 'typescript';
import type { ModelSchema } from 'dataflow-ts/compiler';

/** Text by name of the files in a folder that may be generated ones; empty when there is no such folder. */
export function readFolder(folder: string): Map<string, string> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return new Map();
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && /\.(js|d\.ts|map|json)$/.test(entry.name));
  return new Map(names.map(({ name }) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** The model that a generated module was made for; undefined for the index and for files that are not generated. */
export function modelOf(text: string): string | undefined {
  return /^export const (\S+)Model = defineModel\(/m.exec(text)?.[1];
}

/** The schema in a generated module, as it was when the module was written. Undefined when it is not what DataFlow writes. */
export function schemaOf(tsc: typeof import('typescript'), text: string): ModelSchema | undefined {
  const file = tsc.createSourceFile('module.js', text, tsc.ScriptTarget.Latest, false, tsc.ScriptKind.JS);
  for (const statement of file.statements) {
    if (!tsc.isVariableStatement(statement)) continue;
    const found = statement.declarationList.declarations.find(({ name }) => tsc.isIdentifier(name) && name.text === 'schema');
    if (found?.initializer) return valueOf(tsc, found.initializer) as ModelSchema | undefined;
  }
  return undefined;
}

/** Absolute path of the file that declares the model, from the source map of its types; undefined without one. */
export function sourceOf(map: string | undefined, outDir: string): string | undefined {
  if (map === undefined) return undefined;
  try {
    const [source] = (JSON.parse(map) as { sources: string[] }).sources;
    return source === undefined ? undefined : resolve(outDir, source);
  } catch {
    return undefined;
  }
}

/** The value of a literal; undefined when it is not one, or holds something that is not one. */
function valueOf(tsc: typeof import('typescript'), node: ts.Expression): unknown {
  if (tsc.isStringLiteral(node)) return node.text;
  if (tsc.isNumericLiteral(node)) return Number(node.text);
  if (tsc.isPrefixUnaryExpression(node) && node.operator === tsc.SyntaxKind.MinusToken) return -Number(valueOf(tsc, node.operand));
  if (node.kind === tsc.SyntaxKind.TrueKeyword) return true;
  if (node.kind === tsc.SyntaxKind.FalseKeyword) return false;
  if (node.kind === tsc.SyntaxKind.NullKeyword) return null;
  if (tsc.isArrayLiteralExpression(node)) {
    const values = node.elements.map((element) => valueOf(tsc, element));
    return values.includes(undefined) ? undefined : values;
  }
  if (!tsc.isObjectLiteralExpression(node)) return undefined;
  const entries: [string, unknown][] = [];
  for (const property of node.properties) {
    if (!tsc.isPropertyAssignment(property)) return undefined;
    const name = tsc.isComputedPropertyName(property.name) ? property.name.expression : property.name;
    const value = valueOf(tsc, property.initializer);
    if (value === undefined || !('text' in name)) return undefined;
    entries.push([String(name.text), value]);
  }
  return Object.fromEntries(entries);
}
