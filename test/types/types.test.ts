/** Compiles the corpora with every supported TypeScript: wrong programs are reported, correct ones are not. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const corpora = ['valid-workflows.ts', 'wrong-workflows.ts'];

/** What the compiler says about the corpora, text by `file:line`; lines that go on with a message are joined to it. */
async function compile(compiler: string): Promise<Map<string, string>> {
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, [join(root, 'node_modules', compiler, 'bin/tsc'), '-p', here, '--pretty', 'false', '--noErrorTruncation'], { maxBuffer: 1 << 26 }, (_error, stdout) => resolve(stdout));
  });
  const messages = new Map<string, string>();
  let place: string | undefined;
  for (const line of output.split('\n')) {
    const start = /^(.*?)\((\d+),\d+\): error (.*)$/.exec(line);
    if (start) {
      const file = corpora.find((name) => start[1]!.endsWith(name));
      place = file && `${file}:${start[2]}`;
    }
    if (place !== undefined) messages.set(place, `${messages.get(place) ?? ''}${line}\n`);
  }
  return messages;
}

/** `@expect a || b`: the next line must be reported with a text that holds `a` or `b`. */
function expectations(file: string): Map<string, string[]> {
  const lines = readFileSync(join(here, file), 'utf8').split('\n');
  return new Map(
    lines.flatMap((line, index) => {
      const expected = /^\s*\/\/ @expect (.*)$/.exec(line)?.[1];
      return expected === undefined ? [] : [[`${file}:${index + 2}`, expected.split(' || ')] as const];
    }),
  );
}

for (const compiler of ['typescript', 'typescript-6', 'typescript-7']) {
  test(`the type corpora with ${compiler}`, async () => {
    const messages = await compile(compiler);
    const expected = new Map(corpora.flatMap((file) => [...expectations(file)]));
    const problems: string[] = [];
    for (const [place, texts] of expected) {
      const message = messages.get(place);
      if (message === undefined) problems.push(`${place}: not reported`);
      else if (!texts.some((text) => message.includes(text))) problems.push(`${place}: '${texts.join("' or '")}' is not in: ${message}`);
    }
    for (const [place, message] of messages) if (!expected.has(place)) problems.push(`${place}: false alarm: ${message}`);
    assert.is(problems.join('\n'), '');
    assert.ok(expected.size > 40);
  });
}

test.run();
