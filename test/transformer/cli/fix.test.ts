import { chmodSync, existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test as plain } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fix } from 'dataflow-ts/compiler';
import { applyFixes } from '../../../transformer/src/apply-fixes.js';
import { readSource } from '../../../transformer/src/cli/fix/source-text.js';
import { writeTogether } from '../../../transformer/src/cli/fix/write-together.js';
import { ProjectFolder } from '../plugin/project-folder.js';
import { runHere } from './run-here.js';

const misuse = `import { DataFlow } from 'dataflow-ts';
import { schema } from '#dataflow';

const db   =   new DataFlow( { schema } ) // formatting is mine
await db.models.User.create({ id: 'u', nme: 'Ann' });
await db.models.User.update({ id: 'u', name: 'x' });
await db.models.User.create({ id: 'u' });
`;
const fixed = misuse.replace('nme', 'name').replace("update({ id: 'u', name: 'x' })", "update({ filter: { id: 'u' }, fields: { name: 'x' } })");

const test = suite<{ project: ProjectFolder }>('dataflow fix', { project: undefined as unknown as ProjectFolder });
test.before.each((context) => {
  context.project = new ProjectFolder({ files: { 'src/main.ts': misuse } });
});
test.after.each((context) => context.project.close());

test('--dry-run: the changes as a diff that patch understands, exit code 1, nothing written', async ({ project }) => {
  const { status, out } = await runHere(project, 'fix', '--dry-run');
  assert.is(status, 1);
  assert.match(out, /^--- a\/src\/main\.ts\n\+\+\+ b\/src\/main\.ts\n@@ -2,6 \+2,6 @@\n/);
  assert.match(out, "-await db.models.User.create({ id: 'u', nme: 'Ann' });\n");
  assert.match(out, "+await db.models.User.create({ id: 'u', name: 'Ann' });\n");
  assert.match(out, 'dataflow 2 fixes would be made in src/main.ts\n');
  assert.is(project.read('src/main.ts'), misuse);
  assert.not(project.exists('.dataflow'));
});

test('applies what a machine can put right, leaves the rest of the text and what needs a person; a second run changes nothing', async ({ project }) => {
  const { status, out } = await runHere(project, 'fix');
  assert.match(out, /^dataflow 2 fixes made in src\/main\.ts\n/);
  assert.is(project.read('src/main.ts'), fixed);
  assert.match(out, 'src/main.ts:7:29 - error TS90101: DF-101: ');
  assert.not.match(out, 'DF-105');
  assert.is(status, 1, 'a placeholder is never filled in');
  assert.ok(project.exists('.dataflow/user.js'), 'the generated files are brought up to date');
  const again = await runHere(project, 'fix');
  assert.match(again.out, /^dataflow nothing to fix\n/);
  assert.is(project.read('src/main.ts'), fixed);
  project.write('src/main.ts', fixed.replace("await db.models.User.create({ id: 'u' });\n", ''));
  assert.equal(await runHere(project, 'fix'), { status: 0, out: 'dataflow nothing to fix\n', err: '' });
  assert.is((await runHere(project, 'fix', '--dry-run')).status, 0);
});

test('--maybe also applies what may not have been meant', async ({ project }) => {
  const many = `${misuse.split('\n').slice(0, 4).join('\n')}\nawait db.models.User.delete({ filter: { name: 'Ann' } });\n`;
  project.write('src/main.ts', many);
  const careful = await runHere(project, 'fix');
  assert.match(careful.out, /^dataflow nothing to fix\n/);
  assert.match(careful.out, 'DF-107: ');
  assert.is(careful.status, 1);
  const maybe = await runHere(project, 'fix', '--maybe');
  assert.is(maybe.out, 'dataflow 1 fix made in src/main.ts\n  src/main.ts: Use bulkDelete for several rows\n');
  assert.is(maybe.status, 0);
  assert.is(project.read('src/main.ts'), many.replace('delete', 'bulkDelete'));
});

test('CRLF, a byte order mark and permissions stay', async ({ project }) => {
  const path = project.path('src/main.ts');
  writeFileSync(path, `\ufeff${misuse.replaceAll('\n', '\r\n')}`);
  chmodSync(path, 0o640);
  await runHere(project, 'fix');
  assert.is(readFileSync(path, 'utf8'), `\ufeff${fixed.replaceAll('\n', '\r\n')}`);
  assert.is(statSync(path).mode & 0o777, 0o640);
  assert.equal(readdirSync(project.path('src')).sort(), ['main.ts', 'models.ts']);
});

test('UTF-16', async ({ project }) => {
  const path = project.path('src/main.ts');
  writeFileSync(path, Buffer.from(`\ufeff${misuse}`, 'utf16le'));
  await runHere(project, 'fix');
  assert.is(readFileSync(path).toString('utf16le'), `\ufeff${fixed}`);
});

test('a file that is not UTF-8 is refused: DF-724, exit code 2, no other file is changed', async ({ project }) => {
  project.write('src/other.ts', misuse);
  const bytes = Buffer.concat([Buffer.from(misuse), Buffer.from([0x2f, 0x2f, 0xff, 0x0a])]);
  writeFileSync(project.path('src/main.ts'), bytes);
  const { status, err } = await runHere(project, 'fix');
  assert.is(status, 2);
  assert.match(err, "error DF-724: 'src/main.ts' cannot be changed: it is not valid UTF-8\n");
  assert.ok(readFileSync(project.path('src/main.ts')).equals(bytes));
  assert.is(project.read('src/other.ts'), misuse);
});

test('a fix that makes another one possible: rounds until nothing changes', async ({ project }) => {
  project.write('src/main.ts', misuse.replace("{ id: 'u', nme: 'Ann' }", "{ data: { id: 'u', nme: 'Ann' } }"));
  await runHere(project, 'fix');
  assert.is(project.read('src/main.ts'), fixed);
});

test('two projects, one tsconfig that refers to both', async ({ project }) => {
  const base = JSON.parse(project.read('tsconfig.json')) as object;
  project.write('tsconfig.app.json', JSON.stringify(base));
  project.write('tsconfig.more.json', JSON.stringify({ ...base, include: ['src', 'more'], compilerOptions: { ...(base as { compilerOptions: object }).compilerOptions, rootDir: '.' } }));
  project.write('more/more.ts', misuse);
  project.write('tsconfig.json', JSON.stringify({ files: [], references: [{ path: './tsconfig.app.json' }, { path: './tsconfig.more.json' }] }));
  const { out } = await runHere(project, 'fix');
  assert.match(out, 'dataflow 4 fixes made in src/main.ts, more/more.ts\n');
  assert.is(project.read('src/main.ts'), fixed);
  assert.is(project.read('more/more.ts'), fixed);
});

test('wrong use', async ({ project }) => {
  const { status, err } = await runHere(project, 'fix', '--dryrun');
  assert.is(status, 2);
  assert.match(err, "DF-440: dataflow: unknown option '--dryrun' (Did you mean --dry-run?)");
});

test.run();

const fixOf = (...edits: [start: number, end: number, text: string, file?: string][]): Fix => ({
  title: 'test',
  applicability: 'MachineApplicable',
  edits: edits.map(([start, end, text, file = 'a.ts']) => ({ file, start, end, text })),
});
const texts = new Map([['a.ts', 'abcdef'], ['b.ts', 'one\r\ntwo']]);

plain('a fix is applied whole or not at all; of two that overlap the first wins', () => {
  const [first, second, third] = [fixOf([0, 2, 'X']), fixOf([1, 3, 'Y'], [5, 6, 'Y']), fixOf([3, 4, 'Z'])] as const;
  const { texts: changed, applied, left } = applyFixes(texts, [first, second, third]);
  assert.is(changed.get('a.ts'), 'XcZef');
  assert.equal(applied, [first, third]);
  assert.equal(left, [second]);
  assert.equal(applyFixes(texts, [second, first]).applied, [second]);
});

plain('edits that do not fit the text, or overlap among themselves, are not applied', () => {
  const misfits = [fixOf([4, 7, 'x']), fixOf([-1, 2, 'x']), fixOf([3, 2, 'x']), fixOf([0, 1, 'x', 'missing.ts']), fixOf([0, 3, 'x'], [2, 4, 'y']), fixOf([0, 1, 'x'], [9, 9, 'y']), fixOf()];
  const { texts: changed, applied, left } = applyFixes(texts, misfits);
  assert.is(changed.size, 0);
  assert.equal(applied, []);
  assert.is(left.length, misfits.length);
});

plain('the same fix twice is one; new lines are those of the file', () => {
  const fix = fixOf([5, 5, '\nthree\n', 'b.ts']);
  const { texts: changed, applied } = applyFixes(texts, [fix, { ...fix }]);
  assert.is(changed.get('b.ts'), 'one\r\n\r\nthree\r\ntwo');
  assert.is(applied.length, 1);
});

plain('files are written together: when one fails, all are as before and nothing is left behind', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-write-'));
  const at = (name: string) => join(folder, name);
  for (const name of ['a', 'b']) writeFileSync(at(name), name);
  const change = (name: string, before = name) => ({ path: at(name), before: Buffer.from(before), after: Buffer.from(`${name}!`) });

  const stale = writeTogether([change('a'), change('b', 'older')]);
  assert.equal(stale, { path: at('b'), reason: 'it was changed in the meantime' });
  const gone = writeTogether([change('a'), change('c')]);
  assert.is(gone?.path, at('c'));
  const exists = writeTogether([{ ...change('a'), before: undefined }]);
  assert.equal(exists, { path: at('a'), reason: 'it was changed in the meantime' });
  assert.equal(readdirSync(folder).sort(), ['a', 'b']);
  assert.equal(['a', 'b'].map((name) => readFileSync(at(name), 'utf8')), ['a', 'b']);

  renameSync(at('b'), at('real'));
  symlinkSync(at('real'), at('b'));
  assert.is(writeTogether([change('a'), change('b'), { path: at('new'), before: undefined, after: Buffer.from('new') }]), undefined);
  assert.ok(lstatSync(at('b')).isSymbolicLink(), 'links stay links');
  assert.equal(['a', 'real', 'new'].map((name) => readFileSync(at(name), 'utf8')), ['a!', 'b!', 'new']);
  assert.equal(readdirSync(folder).sort(), ['a', 'b', 'new', 'real']);
  rmSync(folder, { recursive: true });
});

plain('no source: a missing file, and bytes that are no text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-text-'));
  writeFileSync(join(folder, 'bad'), Buffer.from([0x61, 0xff]));
  assert.is(readSource(join(folder, 'bad')), undefined);
  assert.is(readSource(join(folder, 'missing')), undefined);
  assert.not(existsSync(join(folder, 'missing')));
  rmSync(folder, { recursive: true });
});

plain.run();
