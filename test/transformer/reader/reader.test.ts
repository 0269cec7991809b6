import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { messageOf, type Finding, type ModelSchema } from '../../../runtime/src/compiler.js';
import { readModels } from '../../../transformer/src/reader/index.js';
import { errorsIn, programOf, root, textsOf, type TypeScript } from './read-fixture.js';

/*
 * Every folder of fixtures/reader is read with both versions of TypeScript and compared with its expected.json (models) and
 * expected-findings.json. UPDATE=1 writes them anew.
 */
const require = createRequire(import.meta.url);
const versions = ['typescript', 'typescript-6'].map((name) => require(name) as TypeScript);
const fixtures = join(root, 'fixtures/reader');
/** Where files that exist only in memory are said to stand. */
const inMemory = join(root, 'fixtures/in-memory');
const catalogue = join(root, 'catalog');
const codes = readdirSync(catalogue).flatMap((name) => /^(DF-6(?:0[1-9]|[1-4]\d))\.md$/.exec(name)?.[1] ?? []);

for (const tsc of versions) {
  for (const name of readdirSync(fixtures)) {
    test(`${tsc.version}: fixture ${name}`, () => {
      const folder = join(fixtures, name);
      const program = programOf(tsc, folder, textsOf(folder), optionsOf(folder));
      const { models, findings } = readModels(tsc, program, folder);
      compare(join(folder, 'expected.json'), models.length ? models.map(withoutPlaces) : undefined);
      compare(join(folder, 'expected-findings.json'), findings.length ? findings.map(shown) : undefined);
      if (!name.startsWith('refused')) assert.equal(errorsIn(tsc, program, folder), []);
    });
  }

}

for (const code of codes) {
  test(`examples of ${code}`, () => {
    const page = readFileSync(join(catalogue, `${code}.md`), 'utf8');
    const wrong = read(versions[0]!, exampleOf(page, 'Wrong'));
    assert.equal([...new Set(wrong.findings.map((found) => found.code))], [code]);
    const right = read(versions[0]!, exampleOf(page, 'Right'));
    assert.equal(right.findings.map(messageOf), []);
    assert.ok(right.models.length > 0);
    assert.equal(errorsIn(versions[0]!, right.program, inMemory), []);
  });
}

test('every code of the reader is raised by a fixture, and only those of the catalogue', () => {
  const raised = readdirSync(fixtures).flatMap((name) => {
    const file = join(fixtures, name, 'expected-findings.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { code: string }[]).map(({ code }) => code) : [];
  });
  assert.equal([...new Set(raised)].sort(), codes);
});

test('a finding points to the name it is about', () => {
  const text = "import { model } from 'dataflow-ts';\n\n@model\nexport class User {\n  id!: string;\n  data!: any;\n}\n";
  const { findings } = read(versions[0]!, new Map([['deep/models.ts', text]]));
  const start = text.indexOf('data!');
  assert.equal(findings.map(({ at }) => at), [{ file: 'deep/models.ts', line: 6, column: 3, start, end: start + 4 }]);
});

test('models come in the order of files and positions', () => {
  const file = (...names: string[]) => `import { model } from 'dataflow-ts';\n${names.map((name) => `@model export class ${name} { id!: string }`).join('\n')}`;
  const { models } = read(versions[0]!, new Map([['b.ts', file('Zebra', 'Apple')], ['a.ts', file('Monkey')]]));
  assert.equal(models.map(({ name }) => name), ['Monkey', 'Zebra', 'Apple']);
});

function read(tsc: TypeScript, example: Example | Map<string, string>) {
  const { texts, options } = example instanceof Map ? { texts: example, options: {} } : example;
  const program = programOf(tsc, inMemory, texts, options);
  return { ...readModels(tsc, program, inMemory), program };
}

interface Example {
  readonly texts: Map<string, string>;
  readonly options: object;
}

/** A page's example: TypeScript, in several files after lines such as `// first.ts`, or compiler options over a plain model. */
function exampleOf(page: string, section: string): Example {
  const [, language, text = ''] = new RegExp(`## ${section}\n\`\`\`(\\w+)\n([^]*?)\n\`\`\``).exec(page) ?? [];
  if (language === 'jsonc') {
    const model = "import { model } from 'dataflow-ts';\n\n@model\nexport class User {\n  id!: string;\n}\n";
    return { texts: new Map([['models.ts', model]]), options: JSON.parse(text).compilerOptions };
  }
  const parts = text.split(/^\/\/ (\S+\.ts)\n/m);
  const texts = parts.length === 1 ? [['models.ts', text] as const] : parts.flatMap((part, i) => (i % 2 ? [[part, parts[i + 1]!] as const] : []));
  return { texts: new Map(texts), options: {} };
}

function optionsOf(folder: string): object {
  const file = join(folder, 'compiler-options.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** Places of fields are left out of the golden files: one line says where the model stands. */
function withoutPlaces({ fields, source, ...model }: ModelSchema): object {
  return { ...model, at: `${source!.file}:${source!.line}:${source!.column}`, fields: fields.map(({ source: _, ...field }) => field) };
}

function shown(found: Finding): object {
  return { code: found.code, at: `${found.at!.file}:${found.at!.line}:${found.at!.column}`, message: messageOf(found) };
}

function compare(file: string, actual: readonly object[] | undefined): void {
  const text = actual && `[\n${actual.map((item) => `  ${lines(item)}`).join(',\n')}\n]\n`;
  if (process.env['UPDATE']) text ? writeFileSync(file, text) : rmSync(file, { force: true });
  assert.is(text, existsSync(file) ? readFileSync(file, 'utf8') : undefined);
}

/** A model with one line per field; everything else on one line. */
function lines(item: object): string {
  const { fields, ...rest } = item as { fields?: readonly object[] };
  if (!fields) return JSON.stringify(rest);
  return `${JSON.stringify(rest).slice(0, -1)},"fields":[\n${fields.map((field) => `    ${JSON.stringify(field)}`).join(',\n')}\n  ]}`;
}

test.run();
