/**
 * Generated types under the strictest flags, with three versions of TypeScript. `src/valid.ts` of a case must compile; in
 * `src/misuse.ts` each line that ends with `// @expect TEXT` must be reported with that text, and no other line.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ts from 'typescript';
import ts6 from 'typescript-6';
import { fixtures, projects, typescriptFolder } from './cases.js';

const cases = ['tour', 'types', 'hostile', 'none'];
const folder = projects(cases);

const flags = {
  strict: true,
  noEmit: true,
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
  skipLibCheck: false,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
};
const include = cases.flatMap((name) => [`${name}/src`, `${name}/.dataflow/*.d.ts`]);

/** Whole messages by `case/file:line`. */
type Reports = Map<string, string[]>;

function report(reports: Reports, file: string, line: number, message: string): void {
  const [name, ...rest] = file.slice(folder.length + 1).split('/');
  const key = `${name}/${basename(rest.join('/'))}:${line}`;
  reports.set(key, [...(reports.get(key) ?? []), message]);
}

function checkWithApi(tsc: typeof ts, more: object): Reports {
  const { options, fileNames, errors } = tsc.parseJsonConfigFileContent({ compilerOptions: { ...flags, ...more }, include }, tsc.sys, folder);
  assert.equal(errors, []);
  const reports: Reports = new Map();
  for (const { file, start, messageText } of tsc.getPreEmitDiagnostics(tsc.createProgram(fileNames, options))) {
    const line = file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    report(reports, file?.fileName ?? `${folder}/options`, line, tsc.flattenDiagnosticMessageText(messageText, '\n'));
  }
  return reports;
}

function checkWithBinary(tsc: string): Reports {
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: flags, include }));
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' });
  const reports: Reports = new Map();
  for (const block of stdout.split(/\n(?=\S)/)) {
    const match = /^(.+?)\((\d+),\d+\): error ([^]*)$/.exec(block);
    if (match) report(reports, join(folder, match[1]!), Number(match[2]), match[3]!);
    else if (block.trim()) report(reports, `${folder}/options`, 0, block);
  }
  return reports;
}

function compareWithExpectations(reports: Reports): void {
  const wrong: string[] = [];
  for (const name of cases) {
    const file = join(fixtures, name, 'src/misuse.ts');
    if (!existsSync(file)) continue;
    for (const [i, line] of readFileSync(file, 'utf8').split('\n').entries()) {
      const expected = /\/\/ @expect (.+)$/.exec(line)?.[1];
      if (expected === undefined) continue;
      const key = `${name}/misuse.ts:${i + 1}`;
      const found = reports.get(key);
      if (!found?.some((message) => message.includes(expected))) wrong.push(`${key}: expected '${expected}', got ${found?.join(' | ') ?? 'nothing'}`);
      reports.delete(key);
    }
  }
  for (const [key, messages] of reports) wrong.push(`${key}: unexpected ${messages.join(' | ')}`);
  assert.is(wrong.join('\n'), '');
}

test('TypeScript 5.9', () => compareWithExpectations(checkWithApi(ts, {})));

test('TypeScript 5.9 without exactOptionalPropertyTypes', () => {
  compareWithExpectations(checkWithApi(ts, { exactOptionalPropertyTypes: false, noUncheckedIndexedAccess: false }));
});

test('TypeScript 6.0', () => compareWithExpectations(checkWithApi(ts6 as unknown as typeof ts, {})));

test('TypeScript 7.0', () => compareWithExpectations(checkWithBinary(join(typescriptFolder('typescript-7'), 'bin/tsc'))));

test('bundlers resolve the generated files, too', () => {
  compareWithExpectations(checkWithApi(ts, { module: 'esnext', moduleResolution: 'bundler' }));
});

test.run();
