/** What long chains cost a compiler: each node and each compensation the same, however many are there already. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const here = dirname(fileURLToPath(import.meta.url));
const builder = join(here, '../../runtime/src/workflow/builder.js');
const models = join(here, 'models.js');

function chain(size: number): string {
  const links = Array.from({ length: size }, (_, n) => `
  .addNode(SessionCreateNode, 's${n}', { id: 's', token: 't' })
  .addConnection('user', 'id', 's${n}', 'userId')
  .compensate('s${n}', ${n % 2 === 0 ? "UserDeleteNode, { from: { id: 'userId' } }" : '(session) => session.token'})`);
  return `import { WorkflowBuilder } from '${builder}';
import { SessionCreateNode, UserCreateNode, UserDeleteNode } from '${models}';
export const workflow = new WorkflowBuilder('w')
  .addNode(UserCreateNode, 'user', { id: 'u', name: 'n', email: 'e' })${links.join('')}
  .build();
`;
}

function instantiations(folder: string, size: number): number {
  const file = join(folder, `chain-${size}.ts`);
  writeFileSync(file, chain(size));
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(join(here, 'tsconfig.json'), ts.sys.readFile).config, ts.sys, here);
  const program = ts.createProgram([file], { ...options, types: [] });
  assert.equal(program.getSemanticDiagnostics(program.getSourceFile(file)).map(({ messageText }) => messageText), []);
  return (program as unknown as { getInstantiationCount(): number }).getInstantiationCount();
}

test('twice the links cost at most twice as much', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-chain-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const [base, short, long] = [2, 32, 62].map((size) => instantiations(folder, size)) as [number, number, number];
    const [first, second] = [(short - base) / 30, (long - short) / 30];
    console.log(`${Math.round(second)} instantiations per link`);
    assert.ok(second <= first * 1.02, `${first} for each of the first links, ${second} for each further one`);
    assert.ok(second <= 2000, `${second} for each link`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
