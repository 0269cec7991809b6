import * as t from '@babel/types';
import { encodedDefault, fixedSql, nodeTypeOf, operations, type Dialect, type FieldSchema, type ModelSchema } from 'dataflow-ts/compiler';
import { decoder, encoder } from './row-code.js';
import { sortedByName } from './file-names.js';
import { identifier, print, printValue, printValueKey } from './printing.js';
import { render } from './templates.js';

const dialects: readonly Dialect[] = ['sqlite', 'postgres'];

/** The text of `user.js`: schema, SQL, encoders and decoders of a model, and its node classes. `modules` has module names by model. */
export function renderModelCode(model: ModelSchema, modules: ReadonlyMap<string, string>, header: string): string {
  const name = identifier(model.name);
  const related = relatedModels(model, modules);
  return render('model.js', {
    header,
    runtime: runtimeImports(model).join(', '),
    related: related.map((other) => ({ name: identifier(other), path: printValue(`./${modules.get(other)}.js`) })),
    relatedNames: related.map((other) => `${other}Model`).join(', '),
    name,
    table: printValue(model.table),
    fields: model.fields.map((field) => printValue(withoutPlace(field))),
    uniques: printValue(model.uniques),
    indexes: printValue(model.indexes),
    source: model.source && printValue(model.source),
    dialects: dialects.map((dialect) => ({
      dialect,
      sql: sqlEntries(fixedSql(model, dialect)),
      encode: model.fields.map((field, i) => print(encoder(field, i, dialect, () => encodedDefault(model, field, dialect)))),
      decode: model.fields.map((field, i) => ({ key: printValueKey(field.name), value: print(decoder(field, i, dialect)) })),
    })),
    nodes: operations.map((operation) => ({ type: nodeTypeOf(name, operation), operation })),
  });
}

/** Models that foreign keys point to, without the model itself. Models that are not generated have no module to import. */
function relatedModels(model: ModelSchema, modules: ReadonlyMap<string, string>): string[] {
  const names = new Set(model.fields.flatMap((field) => (field.references ? [field.references.model] : [])));
  names.delete(model.name);
  return sortedByName([...names].filter((name) => modules.has(name)).map((name) => ({ name }))).map(({ name }) => name);
}

function runtimeImports(model: ModelSchema): string[] {
  const functions = (['uuid', 'uuidv7'] as const).filter((kind) => model.fields.some((field) => field.default?.kind === kind));
  return ['DataFlowNode', 'defineModel', 'postgres', 'sqlite', ...functions];
}

/** Places of fields are for the compiler; in the module they would change with every line added above the model. */
function withoutPlace({ source: _, ...field }: FieldSchema): Omit<FieldSchema, 'source'> {
  return field;
}

const sqlKeys = ['table', 'columns', 'insert', 'create', 'insertAuto', 'createAuto', 'read', 'delete', 'createTable', 'createIndexes', 'addForeignKeys'] as const;

function sqlEntries(sql: ReturnType<typeof fixedSql>): { key: string; value: string }[] {
  const known = sqlKeys.filter((key) => sql[key] !== undefined);
  return known.map((key) => {
    const value = sql[key]!;
    return { key, value: typeof value === 'string' ? printValue(value) : listOfTexts(value) };
  });
}

/** One statement per line. */
function listOfTexts(texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  return `[\n${texts.map((text) => `        ${print(t.stringLiteral(text))},\n`).join('')}      ]`;
}
