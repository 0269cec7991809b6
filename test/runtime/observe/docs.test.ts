/** docs/observability.md is true: its examples compile without a word, run, and write what stands below them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ExampleProject } from '../../catalog/example-project.js';
import { root } from '../../catalog/pages.js';
import { programText } from '../../catalog/program-text.js';

const page = readFileSync(join(root, 'docs/observability.md'), 'utf8');
/** Each with the output that follows it, if any does before the next. */
const examples = [...page.matchAll(/```ts\n(.*?)```(?:(?:(?!```).)*?```text\n(.*?)```)?/gs)].map(([, text, output]) => ({ text: text!, output }));
const project = new ExampleProject();
const importable = await project.importable();
const sources = examples.map(({ text }) => programText(text, importable));
sources.forEach((source, i) => project.write(`example-${i}.ts`, source));
const checked = project.check(sources.map((_, i) => `example-${i}.ts`));

const timeless = (text: string): string => text.replaceAll(/\d+(\.\d+)? ms/g, '… ms');

examples.forEach(({ output }, i) => {
  test(`example ${i + 1}`, () => {
    assert.equal(checked.get(`example-${i}.ts`)!.lines, []);
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const file = project.write(`example-${i}.mjs`, ts.transpileModule(sources[i]!, { compilerOptions }).outputText);
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--no-warnings', file], { cwd: project.folder, encoding: 'utf8' });
    assert.is(status, 0, stderr);
    assert.is(stderr, '');
    if (output !== undefined) assert.ok(timeless(stdout).endsWith(timeless(output)), stdout);
  });
});

test('the page has examples with output', () => {
  assert.ok(examples.length >= 4 && examples.filter(({ output }) => output !== undefined).length >= 3);
});

test.run();
