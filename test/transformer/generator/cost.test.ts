/** What the contracts cost a compiler: 100 models of 8 fields, 400 calls, at most 40,000 instantiations. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import type { ColumnType, FieldSchema, ModelSchema } from 'dataflow-ts/compiler';
import { generate } from '../../../transformer/src/generator/index.js';
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

const callsOf = (i: number) => `export async function use${i}() {
  await db.models.Item${i}.create({ id: 'a', email: 'e', name: 'n', role: 'admin', otherId: 'o' });
  const one = await db.models.Item${i}.read({ filter: { email: 'e' } });
  await db.models.Item${i}.update({ filter: { id: one.id }, fields: { name: 'x', active: false } });
  const page = await db.models.Item${i}.list({ filter: { active: true, age: { $gt: 5 } }, orderBy: { name: 'asc' }, limit: 10 });
  return page.records[0]?.name;
}
`;

test('100 models of 8 fields and 400 calls', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-cost-'));
  try {
    const numbers = Array.from({ length: count }, (_, i) => i);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(root, 'runtime'), join(folder, 'node_modules/dataflow-ts'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFolder(join(folder, '.dataflow'), generate(numbers.map(model), { outDir: '.dataflow' }));
    writeFolder(join(folder, 'src'), new Map([
      ['models.ts', numbers.map(classOf).join('')],
      ['calls.ts', `import type { Models } from '../.dataflow/index.js';\ndeclare const db: { models: Models };\n${numbers.map(callsOf).join('')}`],
    ]));
    const program = ts.createProgram([join(folder, 'src/models.ts'), join(folder, 'src/calls.ts')], {
      strict: true, noEmit: true, target: ts.ScriptTarget.ES2023, lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'], module: ts.ModuleKind.NodeNext, types: [], skipLibCheck: true,
    });
    assert.equal(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')), []);
    const instantiations = (program as unknown as { getInstantiationCount(): number }).getInstantiationCount();
    console.log(`${instantiations} instantiations`);
    assert.ok(instantiations <= 40_000, `${instantiations} instantiations`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
