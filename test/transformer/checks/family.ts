import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { aliases, caseNames, misuse, runCases, type CaseResult } from './corpus.js';

const updating = process.env['UPDATE_GOLDEN'] === '1';

/** Tests of a family of misuse cases: text and JSON as expected, under each TypeScript; what is fixed compiles. */
export function testFamily(family: string): void {
  const test = suite(family);
  for (const alias of aliases) {
    let results: Map<string, CaseResult>;
    test(`${alias}: runs`, async () => {
      results = new Map((await runCases(alias, family, caseNames(family))).map((result) => [result.name, result]));
    });
    for (const name of caseNames(family)) {
      test(`${alias}: ${family}/${name}`, () => {
        const result = results.get(name)!;
        const folder = join(misuse, family, name);
        // The first version writes the golden files, all others have to agree with them.
        const golden = (file: string, text: string | undefined) => {
          const path = join(folder, file);
          if (updating && alias === aliases[0]) text === undefined ? rmSync(path, { force: true }) : writeFileSync(path, text);
          assert.fixture(text ?? '', existsSync(path) ? readFileSync(path, 'utf8') : '', file);
        };
        golden('expected.txt', result.text);
        golden('expected.json', result.json);
        golden('fixed.ts', result.fixed);
        assert.ok(result.findings.length > 0, 'there is a finding');
        if (result.isRepaired) assert.is(result.fixedText, '', 'the fixed program is without errors');
        else for (const line of result.fixedText.split('\n')) assert.ok(withoutPlace(result.text).includes(withoutPlace(line)), `the fixes bring nothing new: ${line}`);
        checkSize(result.text);
      });
    }
  }
  test.run();
}

function withoutPlace(text: string): string {
  return text.replaceAll(/\(\d+,\d+\)/g, '');
}

/** First line at most 120 characters, the whole at most 12 lines and 1 KB. */
function checkSize(text: string): void {
  for (const message of text.split(/^(?=\S)/m)) {
    const [first = ''] = message.split('\n');
    const words = first.slice(first.indexOf('DF-'));
    assert.ok(!first.includes('DF-') || words.length <= 120, `${words.length} characters: ${words}`);
    assert.ok(message.trimEnd().split('\n').length <= 12, message);
    assert.ok(Buffer.byteLength(message) <= 1024, message);
  }
}
