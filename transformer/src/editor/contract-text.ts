import type ts from 'typescript';
import { fixedSql, nodeShape, type ModelSchema, type Operation } from 'dataflow-ts/compiler';
import { isGenerated } from './model-memory.js';
import { staticMember, type NodeAt } from './node-at.js';
import type { ProgramView } from './program-view.js';

const mostLines = 24;

/**
 * A node's contract as TypeScript-like text:
 *
 *     UserUpdateNode(params: {
 *       filter: UserFilter;  // with a unique key: id, email
 *       fields: { name?: string; … };
 *       raiseOnNotFound?: boolean;
 *     }): UserRow { … }
 */
export function contractText(view: ProgramView, node: NodeAt): string {
  const [inputs, required, result] = ['$in', '$required', '$out'].map((name) => staticMember(view, node.symbol, name));
  if (!inputs || !required || !result) return node.symbol.name;
  const needed = new Set((required.isUnion() ? required.types : [required]).flatMap((type) => (type.isStringLiteral() ? [type.value] : [])));
  const model = view.model(node.model);
  const title = node.form === 'method' ? `db.models.${node.model}.${node.operation}` : node.symbol.name;
  const isOptional = needed.size === 0 && choicesOf(model, node.operation).length === 0;
  return `${title}(params${isOptional ? '?' : ''}: ${block(parameterLines(view, inputs, needed, model, node.operation))}): ${resultText(view, result)}`;
}

/** The statements that never change: those of Create, of Read and Delete by id, and of a row of BulkCreate. */
export function sqlText(model: ModelSchema, operation: Operation): string | undefined {
  const texts = (['postgres', 'sqlite'] as const).map((dialect) => {
    const sql = fixedSql(model, dialect);
    const statements: Partial<Record<Operation, string>> = { create: sql.create, read: sql.read, delete: sql.delete, bulkCreate: sql.insert };
    return statements[operation];
  });
  if (texts.some((text) => text === undefined)) return undefined;
  return ['PostgreSQL', 'SQLite'].map((name, index) => `${name}:\n\`\`\`sql\n${texts[index]}\n\`\`\``).join('\n');
}

function parameterLines(view: ProgramView, inputs: ts.Type, needed: ReadonlySet<string>, model: ModelSchema | undefined, operation: Operation): string[] {
  return allowedMembers(view, inputs).map((member) => {
    const { name } = member;
    const note = noteOn(name, needed.has(name), model, operation);
    return `${name}${needed.has(name) ? '' : '?'}: ${innerText(view, member)};${note && `  // ${note}`}`;
  });
}

function noteOn(name: string, isNeeded: boolean, model: ModelSchema | undefined, operation: Operation): string {
  if (!model) return '';
  if (operation === 'create') {
    const initial = model.fields.find((field) => field.name === name)?.default;
    return initial === undefined || isNeeded ? '' : `default ${initial.kind === 'literal' ? JSON.stringify(initial.value) : `${initial.kind}()`}`;
  }
  const others = choicesOf(model, operation).find((names) => names.includes(name))?.filter((other) => other !== name) ?? [];
  const key = (name === 'filter' && oneRow.includes(operation)) || name === 'where' ? `with a unique key: ${[['id'], ...model.uniques].map((names) => names.join(' + ')).join(', ')}` : '';
  return [...(others.length ? [`or ${others.join(' or ')}`] : []), ...(key ? [key] : [])].join(', ');
}

const oneRow: readonly Operation[] = ['read', 'update', 'delete'];

/** Sets of parameters of which one has to be there. */
function choicesOf(model: ModelSchema | undefined, operation: Operation): readonly (readonly string[])[] {
  return model ? nodeShape(model, operation).oneOf : [];
}

/** Fields that may be set are spelled out; filters would be too long. */
function innerText(view: ProgramView, member: Member): string {
  const { type } = member;
  if (!/(?:Fields|Create)$/.test(type.symbol?.name ?? '') || !isFromGenerated(type)) return memberText(view, member);
  const members = allowedMembers(view, type).map((inner) => `${inner.name}${inner.optional ? '?' : ''}: ${memberText(view, inner)}`);
  return `{ ${members.join('; ')} }`;
}

function resultText(view: ProgramView, result: ts.Type): string {
  const name = typeText(view, result);
  const lines = view.checker.getPropertiesOfType(result).map((property) => {
    const optional = (property.flags & view.tsc.SymbolFlags.Optional) !== 0;
    return `${property.name}${optional ? '?' : ''}: ${memberText(view, { optional, type: view.checker.getTypeOfSymbol(property) })};`;
  });
  return lines.length === 0 ? name : `${name} ${block(lines)}`;
}

function block(lines: readonly string[]): string {
  const shown = lines.length > mostLines ? [...lines.slice(0, mostLines - 1), `// and ${lines.length - mostLines + 1} more`] : lines;
  return `{\n${shown.map((line) => `  ${line}\n`).join('')}}`;
}

export interface Member {
  readonly name: string;
  readonly type: ts.Type;
  readonly optional: boolean;
  readonly symbol?: ts.Symbol;
}

/** The properties that may be given: the contract types have others, whose type is a message. */
export function allowedMembers(view: ProgramView, type: ts.Type): Member[] {
  const { checker, tsc } = view;
  return checker.getPropertiesOfType(type).flatMap((property): Member[] => {
    const declared = checker.getTypeOfSymbol(property);
    const optional = (property.flags & tsc.SymbolFlags.Optional) !== 0;
    return isMessage(view, declared) ? [] : [{ name: property.name, type: optional ? withoutUndefined(view, declared) : declared, optional, symbol: property }];
  });
}

/** Whether a type is one of the messages that stand where nothing may be given. */
export function isMessage(view: ProgramView, type: ts.Type): boolean {
  const plain = withoutUndefined(view, type);
  return plain.isStringLiteral() && /^DF-\d{3}:/.test(plain.value);
}

/** A type as it is written; very long ones are cut. */
export function typeText(view: ProgramView, type: ts.Type): string {
  return view.checker.typeToString(type, undefined, view.tsc.TypeFormatFlags.UseSingleQuotesForStringLiteralType);
}

/** The type of a property; that an optional one may be undefined goes without saying. */
export function memberText(view: ProgramView, { type, optional }: Pick<Member, 'type' | 'optional'>): string {
  const text = typeText(view, type);
  return optional ? text.replace(/ \| undefined$/, '') : text;
}

/** Without `undefined` where one other type is left. */
export function withoutUndefined(view: ProgramView, type: ts.Type): ts.Type {
  if (!type.isUnion()) return type;
  const others = type.types.filter((member) => !(member.flags & view.tsc.TypeFlags.Undefined));
  return others.length === 1 ? others[0]! : type;
}

function isFromGenerated(type: ts.Type): boolean {
  const file = type.symbol?.declarations?.[0]?.getSourceFile();
  return file !== undefined && isGenerated(file);
}
