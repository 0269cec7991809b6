import type ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CheckContext } from '../../../transformer/src/checks/check-context.js';
import { checkFile } from '../../../transformer/src/checks/index.js';
import { aliases, programOf } from './corpus.js';

/** How often the checks of `a.ts` ask for the type of a node, by the node's kind. */
async function typesAsked(alias: (typeof aliases)[number], text: string): Promise<Record<string, number>> {
  const context = await programOf(alias, { 'a.ts': text });
  const { ts, program, checker } = context;
  const file = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('/a.ts'))!;
  assert.is(program.getSemanticDiagnostics(file).length, 0);
  const asked: Record<string, number> = {};
  const counting: CheckContext = {
    ...context,
    checker: Object.assign(Object.create(checker) as ts.TypeChecker, {
      getTypeAtLocation: (node: ts.Node) => {
        const kind = ts.SyntaxKind[node.kind];
        asked[kind] = (asked[kind] ?? 0) + 1;
        return checker.getTypeAtLocation(node);
      },
    }),
  };
  assert.equal(checkFile(counting, file, []).findings, []);
  return asked;
}

const test = suite('cost of the checks');

// To ask for the type of an object literal in a call has the checker look at it, and at all that is inside, once more.
for (const alias of aliases) {
  test(`${alias}: object literals are looked at as they are written`, async () => {
    const asked = await typesAsked(alias, `import { DataFlow } from 'dataflow-ts';
import { schema } from '#dataflow';
const db = new DataFlow({ url: ':memory:', schema });
export async function use(id: string) {
  await db.models.User.create({ id, name: 'n', email: 'e' });
  await db.models.User.update({ filter: { id }, fields: { name: 'b' } });
  await db.models.User.list({ filter: { name: { $startsWith: 'n' } }, orderBy: { name: 'asc' }, limit: 20 });
}
`);
    assert.is(asked['ObjectLiteralExpression'], undefined);
    assert.is(asked['Identifier'], 2, 'each variable once');
  });
}

test.run();
