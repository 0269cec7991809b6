/**
 * Every page of the catalogue is true: its "Right" type-checks without a word of the compiler or of DataFlow, and runs; its "Wrong"
 * fails with the code of the page: when it is run as JavaScript, and at build time, if anything is said there, with no other.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from 'dataflow-ts';
import { buildTimeOnly, commands, exceptions, modelPages } from './exceptions.js';
import { ExampleProject, type Checked } from './example-project.js';
import { readExamples, root, type Example } from './pages.js';
import { hasPostgres, needsPostgres, removePostgres } from './postgres-database.js';
import { programText } from './program-text.js';
import { runExample } from './run-example.js';
import { runShell, runWithConfig } from './run-commands.js';

const only = process.env['CODE'];
const all = readExamples();
const examples = all.filter(({ code, section }) => {
  const exception = exceptions[code];
  return !modelPages.codes.test(code) && !(exception && (exception.only ?? section) === section) && (only ?? code) === code;
});
const inTypeScript = examples.filter(({ language }) => language === 'ts');
const declaresModels = ({ text }: Example) => /^@model/m.test(text);

/** A whole program made of an example, and what is said about it. */
interface Program {
  readonly project: ExampleProject;
  readonly text: string;
  readonly checked: Checked;
}
const programs = new Map<Example, Program>();

const shared = new ExampleProject();
{
  const importable = await shared.importable();
  const texts = inTypeScript.filter((example) => !declaresModels(example)).map((example) => [example, programText(example.text, importable)] as const);
  const nameOf = ({ code, section }: Example) => `${code}-${section}.ts`;
  for (const [example, text] of texts) shared.write(nameOf(example), text);
  const checked = shared.check(texts.map(([example]) => nameOf(example)));
  for (const [example, text] of texts) programs.set(example, { project: shared, text, checked: checked.get(nameOf(example))! });
}

/** An example that declares models is a project of its own. */
function ownProgram({ text }: Example): Program {
  const project = new ExampleProject(text);
  return { project, text: '', checked: project.check(['models.ts']).get('models.ts')! };
}

for (const example of inTypeScript) {
  const { code, section, text } = example;
  const skipsServer = needsPostgres(text) && !hasPostgres;
  test(`${code}: ${section}${skipsServer ? ', without a server' : ''}`, async () => {
    const { project, text, checked } = programs.get(example) ?? ownProgram(example);
    if (section === 'Right') {
      assert.equal(checked.lines, []);
      if (!skipsServer) await runExample(project, text);
    } else {
      const isCaught = checked.codes.has(code);
      if (isCaught) assert.equal([...checked.codes], [code], checked.lines.join('\n'));
      if (skipsServer || (isCaught && buildTimeOnly.includes(code))) return;
      const error = await runExample(project, text).then(() => undefined, (error: unknown) => error);
      const said = `${isCaught ? '' : `the compiler says\n${checked.lines.map((line) => `  ${line}\n`).join('')}`}the run says ${String(error)}`;
      assert.ok(error instanceof DataFlowError && error.code === code, said);
      checkSize(error);
    }
  });
}

for (const { code, section, language, text } of examples.filter(({ language }) => ['sh', 'json'].includes(language))) {
  test(`${code}: ${section}`, async () => {
    const { status, output } = language === 'sh' ? await runShell(text) : await runWithConfig(text, commands[code] ?? 'npx dataflow generate');
    if (section === 'Right') assert.is(status, 0, output);
    else assert.ok(status !== 0 && output.includes(code), output);
  });
}

function checkSize(error: DataFlowError): void {
  assert.ok(error.message.length <= 120, `${error.message.length} characters: ${error.message}`);
  const whole = error.enhancedMessage();
  assert.ok(whole.split('\n').length <= 12 || Buffer.byteLength(whole) <= 1024, whole);
}

test('every page has two different examples in a language that is run here', () => {
  const languages = all.filter(({ code, language }) => !(modelPages.codes.test(code) ? ['ts', 'jsonc'] : ['ts', 'sh', 'json']).includes(language));
  assert.equal(languages.map(({ code, section, language }) => `${code} ${section}: ${language}`), []);
  const same = all.filter(({ code, section, text }) => section === 'Wrong' && all.some((each) => each.code === code && each.section === 'Right' && each.text === text));
  assert.equal(same.map(({ code }) => code), []);
});

test('what is not run here is covered elsewhere', () => {
  for (const [code, { coveredBy, only }] of Object.entries(exceptions)) {
    assert.ok(all.some((example) => example.code === code), code);
    assert.ok(existsSync(join(root, coveredBy)), coveredBy);
    if (only !== 'Right') assert.ok(readFileSync(join(root, coveredBy), 'utf8').includes(code), `${coveredBy} has no ${code}`);
  }
  assert.ok(readFileSync(join(root, modelPages.coveredBy), 'utf8').includes('examples of ${code}'));
});

test.after(removePostgres);
test.run();
