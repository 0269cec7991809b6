import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as dataflow from '../../../runtime/src/model/index.js';
import { errorsIn, programOf, root, type TypeScript } from './read-fixture.js';

const require = createRequire(import.meta.url);
const versions = ['typescript', 'typescript-6'].map((name) => require(name) as TypeScript);
const modes = [
  { title: 'standard decorators', options: {} },
  { title: 'experimentalDecorators', options: { experimentalDecorators: true } },
  { title: 'experimentalDecorators with metadata', options: { experimentalDecorators: true, emitDecoratorMetadata: true } },
];

const source = `
import { check, column, encrypted, index, length, model, references, unique, uuid, version, type Int } from 'dataflow-ts';

@model
export class User {
  id: string = uuid();
  @unique @index @column('e_mail') @length(20) email: string = 'x';
  @check('age >= 0') age: Int = 7;
  @version edition?: Int;
  @encrypted secret?: string;
}

@model({ table: 'sessions', indexes: [['userId', 'note']], uniques: [['userId']] })
export class Session {
  id = 'id';
  @references(() => User, { onDelete: 'cascade' }) userId = 'u';
  note?: string;
}

@model()
export class Plain {
  id = 'id';
}
`;

for (const tsc of versions) {
  for (const { title, options } of modes) {
    test(`${tsc.version}, ${title}: run harmlessly`, () => {
      const { outputText } = tsc.transpileModule(source, { compilerOptions: { ...options, target: tsc.ScriptTarget.ES2022, module: tsc.ModuleKind.CommonJS } });
      const exports: { User?: new () => Record<string, unknown>; Session?: new () => object; Plain?: new () => object } = {};
      new Function('exports', 'require', outputText)(exports, () => dataflow);
      const user = new exports.User!();
      assert.equal([user['email'], user['age']], ['x', 7]);
      assert.match(String(user['id']), /^[0-9a-f]{8}-/);
      assert.equal({ ...new exports.Session!() }, { id: 'id', userId: 'u', note: undefined });
      assert.equal(exports.Plain!.name, 'Plain');
    });

    test(`${tsc.version}, ${title}: type-check`, () => {
      assert.equal(errors(tsc, source, options), []);
      const typo = "import { model } from 'dataflow-ts';\n@model({ indexes: [['id', 'nme']] })\nexport class User { id!: string }";
      assert.match(errors(tsc, typo, options).join(), "DF-640: the class has no field 'nme'");
      const option = "import { model } from 'dataflow-ts';\n@model({ tabel: 'x' })\nexport class User { id!: string }";
      assert.match(errors(tsc, option, options).join(), "Did you mean to write 'table'?");
      const action = "import { model, references } from 'dataflow-ts';\n@model\nexport class User { id!: string; @references(() => User, { onDelete: 'x' }) u!: string }";
      assert.match(errors(tsc, action, options).join(), 'Type \'"x"\' is not assignable');
    });
  }
}

test('types take plain values and stay apart', () => {
  const use = `
import { autoIncrement, type DateOnly, type Decimal, type Int, type Json, type Uuid } from 'dataflow-ts';
let age: Int = 5;
age++;
age += 1.5;
const text: string = ((day: DateOnly) => day)('2024-02-29');
const settings: Json<{ theme: 'dark' | 'light'; list: string[] }> = { theme: 'dark', list: [text] };
const theme: 'dark' | 'light' = settings.theme;
const free: Json = { a: [1, null, { b: theme }] };
const list: Json<string[]> = ['x'];
const anything: Json<unknown> = 5;
const id: bigint = autoIncrement();
export const all = [age, free, list.length, anything, id];`;
  const wrong = `
import { autoIncrement, type Decimal, type Int, type Json, type Uuid } from 'dataflow-ts';
export const text: Int = 'x';
export const price: Decimal = ((id: Uuid) => id)('x');
export const settings: Json<{ theme: string }> = { theme: 5 };
export const id: string = autoIncrement();`;
  for (const tsc of versions) {
    assert.equal(errors(tsc, use, {}), []);
    assert.is(errors(tsc, wrong, {}).length, 4);
  }
});

test('default functions', () => {
  assert.match(dataflow.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const sorted = Array.from({ length: 100 }, () => dataflow.uuidv7());
  assert.equal([...sorted].sort(), sorted);
  assert.ok(Math.abs(dataflow.now().getTime() - Date.now()) < 1000);
  assert.is(dataflow.autoIncrement<number>(), undefined);
});

function errors(tsc: TypeScript, text: string, options: object): string[] {
  const folder = join(root, 'fixtures/in-memory');
  return errorsIn(tsc, programOf(tsc, folder, new Map([['models.ts', text]]), options), folder);
}

test.run();
