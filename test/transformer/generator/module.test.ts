import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlowSchema, CompiledModel } from 'dataflow-ts';
import { generatedIndexNames, generatedModuleNames, nodeTypeOf, operations } from 'dataflow-ts/compiler';
import { generateCase, projects, schemaOf } from './cases.js';

/** A schema of which nothing is known in types. */
type AnySchema = DataFlowSchema<Record<string, unknown>>;

const folder = projects(['tour', 'types', 'hostile', 'none']);
const load = async (name: string): Promise<Record<string, unknown>> =>
  (await import(pathToFileURL(join(folder, name, '.dataflow/index.js')).href)) as Record<string, unknown>;
const modelsOf = async (name: string): Promise<Record<string, CompiledModel>> => ((await load(name))['schema'] as AnySchema).models;

const now = '2024-05-06T07:08:09.010Z';
const nowInSqlite = Date.parse(now);

test('the index exports every node and the schema', async () => {
  for (const name of ['tour', 'types', 'hostile']) {
    const index = await load(name);
    const { models, nodes } = index['schema'] as AnySchema;
    const names = schemaOf(name).map((model) => model.name);
    assert.equal(Object.keys(models).sort(), [...names].sort());
    assert.is(Object.keys(nodes).length, names.length * operations.length);
    for (const model of names) {
      for (const operation of operations) {
        const type = nodeTypeOf(model, operation);
        const node = nodes[type]!;
        assert.is(node, index[type]);
        assert.equal([node.type, node.operation, node.model, node.version], [type, operation, models[model], 1]);
      }
    }
  }
  assert.equal(Object.keys(await load('none')), []);
});

test('schemas survive, without the places of fields', async () => {
  const models = await modelsOf('hostile');
  for (const { fields, ...model } of schemaOf('hostile')) {
    const { fields: kept, ...rest } = models[model.name]!.schema;
    assert.equal(rest, model);
    assert.equal(kept, fields.map(({ source: _, ...field }) => field));
  }
});

test('models know those they point to', async () => {
  const { Session, User, OrderLine } = await modelsOf('tour');
  assert.equal(Session!.related(), [User]);
  assert.equal(OrderLine!.related(), [User]);
  assert.equal(User!.related(), []);
});

test('absent fields get their default, null or the time', async () => {
  const { User, OrderLine } = await modelsOf('tour');
  const given = { id: 'u', name: 'n', email: 'e' };
  assert.equal(User!.sqlite.encodeRow(given, nowInSqlite), ['u', 'n', 'e', null, 1, 'member', nowInSqlite, nowInSqlite]);
  assert.equal(User!.postgres.encodeRow({ ...given, active: false, age: 0 }, now), ['u', 'n', 'e', 0, false, 'member', now, now]);
  const line = { orderId: '0190163d-8694-739B-aea5-966c26f8ad91', lineNo: 0 };
  assert.equal(OrderLine!.sqlite.encodeRow(line, nowInSqlite), [null, line.orderId.toLowerCase(), 0, null, null]);
});

test('defaults of every kind', async () => {
  const { Everything } = await modelsOf('types');
  const given = { text: '', uuid: '0190163d-8694-739b-aea5-966c26f8ad91', ints: [], bools: [] };
  for (const dialect of ['sqlite', 'postgres'] as const) {
    const inSqlite = dialect === 'sqlite';
    const encoded = Everything![dialect].encodeRow(given, inSqlite ? nowInSqlite : now);
    const values = new Map(Everything!.columns.map((column, i) => [column.name, encoded[i]]));
    assert.match(String(values.get('id')), /^[\da-f]{8}-[\da-f]{4}-7/);
    assert.match(String(values.get('code')), /^[\da-f]{8}-[\da-f]{4}-4/);
    assert.is(values.get('textN'), 'it\'s "here"');
    assert.is(values.get('num'), -0.5);
    assert.is(values.get('int'), 0);
    assert.is(values.get('intN'), 18);
    assert.is(values.get('big'), '9223372036854775807');
    assert.is(values.get('dec'), '12.50');
    assert.is(values.get('bool'), inSqlite ? 0 : false);
    assert.is(values.get('at'), inSqlite ? nowInSqlite : now);
    assert.is(values.get('since'), inSqlite ? Date.UTC(2024, 0, 31, 12) : '2024-01-31T12:00:00.000Z');
    assert.is(values.get('day'), '2024-02-29');
    assert.equal([...(values.get('blob') as Uint8Array)], [0, 1, 2, 255]);
    assert.equal(JSON.parse(values.get('json') as string), { a: [1, 'x', null], __proto: true });
    for (const name of ['numN', 'bigN', 'decN', 'boolN', 'atN', 'dayN', 'blobN', 'jsonN', 'enumN', 'textsN', 'nothing']) assert.is(values.get(name), null, name);
  }
});

test('null given for a nullable field with a default stays null', async () => {
  const { Everything } = await modelsOf('types');
  const given = { text: '', uuid: '0190163d-8694-739b-aea5-966c26f8ad91', ints: [], bools: [], intN: null, textN: null };
  const values = Everything!.sqlite.encodeRow(given, nowInSqlite);
  assert.is(values[Everything!.byName.get('intN')!.index], null);
  assert.is(values[Everything!.byName.get('textN')!.index], null);
});

test('values come back as they went in', async () => {
  const { Everything } = await modelsOf('types');
  const row = {
    id: '0190163d-8694-739b-aea5-966c26f8ad91', text: 'x\'";\n😀', textN: '', code: 'c', uuid: '0190163d-8694-739b-aea5-966c26f8ad91', num: 1.5, numN: 0, int: -5, intN: null,
    big: -9223372036854775808n, bigN: 0n, dec: '-0.10', decN: null, bool: true, boolN: false, at: new Date(now), since: new Date(0), atN: null, day: '0001-01-01', dayN: null,
    blob: new Uint8Array([0, 255]), blobN: new Uint8Array(0), json: { a: [] }, jsonN: { b: [] }, enumN: "b'c", texts: ['', 'null'], textsN: null, ints: [1, -1], nums: [0.5], bools: [true, false], nothing: null,
  };
  const encoded = Everything!.sqlite.encodeRow(row, nowInSqlite);
  assert.equal(Everything!.sqlite.decodeRow(encoded as never), row);
  // What PostgreSQL sends for the same row: texts.
  const texts = [
    row.id, row.text, '', 'c', row.uuid, '1.5', '0', '-5', null, '-9223372036854775808', '0', '-0.10', null, 't', 'f', '2024-05-06 07:08:09.01+00', '1970-01-01 00:00:00+00', null, '0001-01-01', null,
    '\\x00ff', '\\x', '{"a": []}', '{"b": []}', "b'c", '{"","null"}', null, '{1,-1}', '{0.5}', '{t,f}', null,
  ];
  assert.equal(Everything!.postgres.decodeRow(texts), row);
});

test('hostile names are data, nothing else', async () => {
  const { Odd } = await modelsOf('hostile');
  const row: Record<string, unknown> = {};
  for (const { name, type } of Odd!.columns) row[name] = type.kind === 'int' ? 1 : type.kind === 'enum' ? type.values[3] : type.kind === 'json' ? { x: '</script>' } : `of ${name}`;
  const encoded = Odd!.sqlite.encodeRow(row, nowInSqlite);
  assert.equal(Odd!.sqlite.decodeRow(encoded as never), row);
  const { constructor: _, hasOwnProperty: __, ...without } = row;
  const values = Odd!.sqlite.encodeRow(without, nowInSqlite);
  assert.is(values[Odd!.byName.get('constructor')!.index], null, 'not the constructor that every object has');
  assert.is(values[Odd!.byName.get('hasOwnProperty')!.index], 'x');
  assert.throws(() => Odd!.sqlite.encodeRow({ ...without, toString: undefined }, nowInSqlite), (error: { code?: string }) => error.code === 'DF-101');
});

test('a module exports exactly the names that generatedModuleNames gives', () => {
  for (const name of ['tour', 'types', 'hostile']) {
    const files = generateCase(name);
    for (const model of schemaOf(name)) {
      const text = [...files].find(([file, content]) => file.endsWith('.d.ts') && content.includes(`interface ${model.name}Row {`))![1];
      const exported = [...text.matchAll(/^export (?:declare )?(?:interface|type|class|const) ([\p{L}\p{N}]+)/gmu)].map((match) => match[1]!);
      assert.equal(exported.sort(), generatedModuleNames(model).sort());
    }
    const index = files.get('index.d.ts')!;
    assert.equal([...index.matchAll(/^export (?:declare )?(?:interface|const) (\w+)/gm)].map((match) => match[1]), generatedIndexNames);
  }
});

test.run();
