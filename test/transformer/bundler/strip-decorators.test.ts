import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import * as decorators from '../../../runtime/src/model/decorators.js';
import { decoratorNames, stripDecorators } from '../../../transformer/src/bundler/strip-decorators.js';

const strip = (code: string, path = 'models.ts') => stripDecorators(ts, code, path)?.code;

test('knows every decorator that there is', () => {
  assert.equal([...decoratorNames].sort(), Object.keys(decorators).sort());
});

test('class and field decorators go, with their imports; lines stay', () => {
  const code = `import { model, unique, references, type Int } from 'dataflow-ts';
import { Team } from './team.js';

@model({
  table: 'people',
})
export class User {
  id!: string;
  @unique email!: string;
  @references(() => Team, { onDelete: 'cascade' })
  teamId!: Int;
}
`;
  assert.is(strip(code), `
import { Team } from './team.js';


export class User {
  id!: string;
  email!: string;
  
  teamId!: Int;
}
`);
});

test('what is still used of the import stays', () => {
  assert.is(
    strip(`import { model, uuid, index as key, version, type Int } from 'dataflow-ts';\n@model export class A { id = uuid(); @key version!: Int; at = [version]; }\n`),
    `import { uuid, version, type Int } from 'dataflow-ts';\nexport class A { id = uuid(); version!: Int; at = [version]; }\n`,
  );
});

test('names of members are no use of a decorator', () => {
  assert.is(
    strip(`import { model, index, version, length } from 'dataflow-ts';\n@model class A { @index index = 1; @version version = 2; x = this.index + [1].length; y = { length: 1 } }`),
    `\nclass A { index = 1; version = 2; x = this.index + [1].length; y = { length: 1 } }`,
  );
});

test('other names and namespaces', () => {
  assert.is(strip(`import * as df from 'dataflow-ts';\n@df.model({}) export class A { @(df.unique) a!: string }`), `\nexport class A { a!: string }`);
  assert.is(strip(`import { model as table } from 'dataflow-ts';\n@(table()) class A {}`), `\nclass A {}`);
  assert.is(strip(`import * as df from 'dataflow-ts';\n@df.model class A { id = df.uuid() }`), `import * as df from 'dataflow-ts';\nclass A { id = df.uuid() }`);
});

test("decorators of others stay, also those called like DataFlow's", () => {
  const others = `import { uuid } from 'dataflow-ts';\nimport { model } from './mine.js';\n@model class A { id = uuid() }`;
  assert.is(strip(others), undefined);
  assert.is(
    strip(`import { model } from 'dataflow-ts';\nimport { Entity } from 'typeorm';\n@Entity() @model @other class A { @Column() a = 1 }`),
    `\nimport { Entity } from 'typeorm';\n@Entity() @other class A { @Column() a = 1 }`,
  );
});

test('a field without a semicolon does not run into the next one', () => {
  const code = `import { model, unique } from 'dataflow-ts'\n@model\nclass A {\n  a = 1\n  @unique ['b'] = 2\n  @unique in = 3;\n}\nexport const { a, b } = Object.assign(new A());\nexport const rest = new A().in;`;
  const { outputText } = ts.transpileModule(strip(code)!, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS } });
  const exports: Record<string, unknown> = {};
  new Function('exports', outputText)(exports);
  assert.equal({ ...exports }, { a: 1, b: 2, rest: 3 });
});

test('JavaScript and TSX; code without decorators, and text that only looks like them', () => {
  assert.is(strip(`import { model } from 'dataflow-ts';\n@model export class A { static x = <b>1</b> }`, 'a.jsx'), `\nexport class A { static x = <b>1</b> }`);
  assert.is(strip(`import { model } from 'dataflow-ts';\nexport const x = <T,>(a: T) => <b>@model</b>;`, 'a.tsx'), undefined);
  assert.is(strip(`import type { model } from 'dataflow-ts';\n// @model\nexport type M = typeof model;`), undefined);
  assert.is(strip(`export const x = '@model';`), undefined);
});

test('the source map leads back to the source', () => {
  const code = `import { model } from 'dataflow-ts';\n\n@model export class User {\n  id!: string;\n}\n`;
  const { map } = stripDecorators(ts, code, 'models.ts')!;
  assert.equal([map.sources, map.sourcesContent], [['models.ts'], [code]]);
  // Third line, first column of the result: `export`, which stands in column 7 of the third line.
  const third = map.mappings.split(';')[2]!;
  assert.is(third.split(',')[0], 'AAEO');
});

test.run();
