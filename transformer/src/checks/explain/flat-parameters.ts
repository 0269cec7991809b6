import type ts from 'typescript';
import type { Fix } from 'dataflow-ts/compiler';
import { insert, replace, type CheckContext } from '../check-context.js';
import { added, fix, removed } from './edits.js';
import type { GivenObject, GivenProperty, GivenValues } from './given.js';
import type { OperationCall } from './operation.js';

/** Puts fields that stand beside an operation's parameters where they belong. */
export function flatFixes(values: GivenValues, object: GivenObject, flat: readonly GivenProperty[], { operation, model }: OperationCall): Fix[] {
  const { context } = values;
  const { literal } = object;
  if (!literal || flat.some(({ assignment, direct }) => !assignment || !direct)) return [];
  if (operation === 'bulkCreate' || operation === 'bulkUpsert') {
    if (object.properties.size > flat.length) return [];
    return [fix('Put the row into `data`', 'MachineApplicable', replace(context, literal, `{ data: [${literal.getText()}] }`))];
  }
  const has = (name: string) => object.properties.has(name);
  if (operation === 'update' || operation === 'bulkUpdate') {
    const isKey = key(flat, model.schema.uniques, operation === 'update' && !has('filter'));
    const keys = flat.filter(({ name }) => isKey.includes(name));
    const fields = flat.filter(({ name }) => !isKey.includes(name));
    if (keys.some(({ name }) => name === 'id') && has('filter')) return [];
    const certain = (has('filter') || keys.some(({ name }) => name === 'id')) && (has('fields') || fields.length > 0);
    return moved(context, object, literal, [['filter', keys], ['fields', fields]], certain);
  }
  if (operation === 'upsert') return [];
  return moved(context, object, literal, [['filter', flat]], !has('id'));
}

/** The flat fields that say which row is meant: the id, or else the fields of a unique key. */
function key(flat: readonly GivenProperty[], uniques: readonly (readonly string[])[], wanted: boolean): readonly string[] {
  const names = flat.map(({ name }) => name);
  if (names.includes('id')) return ['id'];
  if (!wanted) return [];
  return uniques.find((unique) => unique.every((name) => names.includes(name)) && unique.length < names.length) ?? [];
}

/** Moves properties into parameters: into those that are there, or wrapped where they stand, or by writing the literal anew. */
function moved(context: CheckContext, object: GivenObject, literal: ts.ObjectLiteralExpression, groups: readonly (readonly [string, readonly GivenProperty[]])[], certain: boolean): Fix[] {
  const { ts } = context;
  const used = groups.filter(([, properties]) => properties.length > 0);
  const title = `Put ${used.map(([name, properties]) => `${properties.map((one) => `'${one.name}'`).join(', ')} into \`${name}\``).join(' and ')}`;
  const applicability = certain ? 'MachineApplicable' : 'MaybeIncorrect';
  const textOf = (properties: readonly GivenProperty[]) => properties.map(({ assignment }) => assignment!.getText()).join(', ');
  const existing = used.filter(([name]) => object.properties.has(name));
  const targets = existing.map(([name]) => object.properties.get(name)!.expression);
  if (targets.some((target) => !target || !ts.isObjectLiteralExpression(target))) return [];
  const order = [...literal.properties];
  const runs = used.map(([, properties]) => properties.map(({ assignment }) => order.indexOf(assignment!)).sort((a, b) => a - b));
  const isRun = runs.every((run) => run.at(-1)! - run[0]! === run.length - 1);
  if (existing.length === 0 && isRun) {
    const file = literal.getSourceFile();
    const edits = used.flatMap(([name], i) => [
      insert(context, file, order[runs[i]![0]!]!.getStart(), `${name}: { `),
      insert(context, file, order[runs[i]!.at(-1)!]!.end, ' }'),
    ]);
    return [fix(title, applicability, ...edits)];
  }
  if (existing.length === used.length) {
    const gone = new Set(used.flatMap(([, properties]) => properties.map(({ assignment }) => assignment!)));
    const edits = [...removed(context, literal.properties, gone), ...used.map(([, properties], i) => added(context, targets[i] as ts.ObjectLiteralExpression, textOf(properties)))];
    // Taken out up to the end of the parameter before, and put in at the end of what is in it: the places may touch.
    return [fix(title, applicability, ...edits)];
  }
  if (existing.length > 0) return [];
  const others = order.filter((property) => !used.some(([, properties]) => properties.some(({ assignment }) => assignment === property)));
  const texts = [...used.map(([name, properties]) => `${name}: { ${textOf(properties)} }`), ...others.map((property) => property.getText())];
  return [fix(title, applicability, replace(context, literal, `{ ${texts.join(', ')} }`))];
}
