/** What the contracts cost a compiler: 100 models of 8 fields and 400 calls, in instantiations. The target is 40,000. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import type { ColumnType, FieldSchema, ModelSchema } from 'dataflow-ts/compiler';
import { callsOf, modelFile } from '../../../bench/compile/peers/dataflow.js';
import { generate } from '../../../transformer/src/generator/index.js';
import { readModels } from '../../../transformer/src/reader/index.js';
import { root, writeFolder } from './cases.js';

const count = 100;

function field(name: string, type: ColumnType, more: Partial<FieldSchema> = {}): FieldSchema {
  return { name, column: name, type, nullable: false, ...more };
}

function model(i: number): ModelSchema {
  const name = `Item${i}`;
  const other = `Item${(i + 1) % count}`;
  return {
    name,
    table: name.toLowerCase(),
    fields: [
      field('id', { kind: 'string' }),
      field('email', { kind: 'string' }),
      field('name', { kind: 'string' }),
      field('age', { kind: 'int' }, { nullable: true }),
      field('active', { kind: 'boolean' }, { default: { kind: 'literal', value: true } }),
      field('role', { kind: 'enum', values: ['admin', 'member'] }),
      field('otherId', { kind: 'string' }, { references: { model: other, table: other.toLowerCase(), column: 'id', onDelete: 'cascade', onUpdate: 'noAction' } }),
      field('createdAt', { kind: 'date' }, { managed: 'createdAt' }),
    ],
    uniques: [['email']],
    indexes: [],
    source: { file: 'src/models.ts', line: i + 1, column: 14, start: 0, end: 0 },
  };
}

const classOf = (i: number) =>
  `export class Item${i} { id!: string; email!: string; name!: string; age!: number | null; active = true; role!: 'admin' | 'member'; otherId!: string; createdAt!: Date }\n`;

const useOf = (i: number) => `export async function use${i}() {
  await db.models.Item${i}.create({ id: 'a', email: 'e', name: 'n', role: 'admin', otherId: 'o' });
  const one = await db.models.Item${i}.read({ filter: { email: 'e' } });
  await db.models.Item${i}.update({ filter: { id: one.id }, fields: { name: 'x', active: false } });
  const page = await db.models.Item${i}.list({ filter: { active: true, age: { $gt: 5 } }, orderBy: { name: 'asc' }, limit: 10 });
  return page.records[0]?.name;
}
`;

/** The project that the benchmarks compare with the peers' (docs/performance.md). */
test('the project of the benchmarks', () => {
  inProject((folder) => {
    writeFolder(folder, new Map(Object.entries({ 'models.ts': modelFile(count), ...callsOf(count) })));
    const models = join(folder, 'models.ts');
    const read = readModels(ts, programOf([models]), folder);
    assert.equal(read.findings, []);
    writeFolder(join(folder, '.dataflow'), generate(read.models, { outDir: '.dataflow' }));
    const calls = Object.keys(callsOf(count)).map((name) => join(folder, name));
    assertCost(programOf([models, ...calls]), 31_315);
  });
});

test('references, an enum, a managed field, a default, and rows named by a unique key', () => {
  inProject((folder) => {
    const numbers = Array.from({ length: count }, (_, i) => i);
    writeFolder(join(folder, '.dataflow'), generate(numbers.map(model), { outDir: '.dataflow' }));
    writeFolder(join(folder, 'src'), new Map([
      ['models.ts', numbers.map(classOf).join('')],
      ['calls.ts', `import type { Models } from '../.dataflow/index.js';\ndeclare const db: { models: Models };\n${numbers.map(useOf).join('')}`],
    ]));
    assertCost(programOf([join(folder, 'src/models.ts'), join(folder, 'src/calls.ts')]), 37_345);
  });
});

test.run();

/** A folder with 'dataflow-ts' installed, which goes away. */
function inProject(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-cost-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(root, 'runtime'), join(folder, 'node_modules/dataflow-ts'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function programOf(files: string[]): ts.Program {
  return ts.createProgram(files, {
    strict: true, noEmit: true, experimentalDecorators: true, target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.NodeNext, types: [], skipLibCheck: true,
  });
}

/** The count is exact, the same in every run: `most` is lowered with it. */
function assertCost(program: ts.Program, most: number): void {
  assert.equal(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), []);
  const instantiations = (program as unknown as { getInstantiationCount(): number }).getInstantiationCount();
  console.log(`${instantiations} instantiations`);
  assert.ok(instantiations <= most, `${instantiations} instantiations, ${most} at most`);
}
