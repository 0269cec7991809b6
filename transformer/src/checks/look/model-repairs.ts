import { resolve } from 'node:path';
import type ts from 'typescript';
import type { Finding, Fix } from 'dataflow-ts/compiler';
import { ModelRepair, type Repairs } from './model-repair.js';

type Named<C extends Finding['code']> = Extract<Finding, { code: C }>['data'];

/** Gives findings about models ways to put them right, where one can be guessed. */
export function repairModels(context: Repairs, findings: readonly Finding[]): Finding[] {
  return findings.map((found) => {
    const file = found.at && context.program.getSourceFile(resolve(context.project.folder, found.at.file));
    const node = file && nodeAt(context, file, found.at!.start, found.at!.end);
    const fixes = node ? repairsOf(new ModelRepair(context, node), found) : [];
    return fixes.length > 0 ? ({ ...found, fixes } as Finding) : found;
  });
}

/** The smallest node that stands just there. */
function nodeAt({ ts }: Repairs, file: ts.SourceFile, start: number, end: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) === start && node.end === end) found = node;
    if (node.pos <= start && node.end >= end) ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function repairsOf(repairs: ModelRepair, found: Finding): Fix[] {
  switch (found.code) {
    case 'DF-601':
      return repairs.exported();
    case 'DF-603':
      return repairs.withoutModifier('AbstractKeyword', 'Make it a class of its own, without `abstract`');
    case 'DF-610':
    case 'DF-612':
      return repairs.withoutOption();
    case 'DF-614':
      return repairs.withoutOneOf(String((found.data as Named<'DF-614'>).decorator));
    case 'DF-635':
      return repairs.withoutOneOf('column');
    case 'DF-613':
      return repairs.withoutDecorator('Remove the second one', 'MachineApplicable');
    case 'DF-611':
      return repairs.renamedOption(String((found.data as Named<'DF-611'>).option), String((found.data as Named<'DF-611'>).known).split(', '));
    case 'DF-615':
      return repairs.targetAsModel();
    case 'DF-616':
      return repairs.public();
    case 'DF-617':
      return repairs.typed('Json<unknown>', 'Json', 'MaybeIncorrect');
    case 'DF-619':
    case 'DF-621':
    case 'DF-622':
      return repairs.wrappedInJson();
    case 'DF-620':
      return repairs.foreignKey(String((found.data as Named<'DF-620'>).target));
    case 'DF-623':
      return repairs.typed('Int', 'Int', 'MaybeIncorrect');
    case 'DF-626':
      return repairs.knownDefault(String((found.data as Named<'DF-626'>).text));
    case 'DF-627':
    case 'DF-628':
    case 'DF-629':
      return repairs.withoutDefault();
    case 'DF-630':
      return repairs.plainName(String((found.data as Named<'DF-630'>).field));
    case 'DF-634':
      return repairs.ownTable(String((found.data as Named<'DF-634'>).model), String((found.data as Named<'DF-634'>).table));
    case 'DF-646':
      return repairs.eachOnce(String((found.data as Named<'DF-646'>).option));
    case 'DF-631':
      return repairs.withId(String((found.data as Named<'DF-631'>).model));
    case 'DF-632':
      return repairs.idType(String((found.data as Named<'DF-632'>).type));
    case 'DF-633':
      return repairs.managed(String((found.data as Named<'DF-633'>).field));
    case 'DF-640':
      return repairs.renamedKey(String((found.data as Named<'DF-640'>).field), String((found.data as Named<'DF-640'>).option));
    case 'DF-642':
      return repairs.keyType(String((found.data as Named<'DF-642'>).targetKind));
    case 'DF-643':
    case 'DF-645':
      return repairs.nullable();
    default:
      return [];
  }
}
