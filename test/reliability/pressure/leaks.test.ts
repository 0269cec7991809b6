/**
 * Nothing stays behind: a program that has closed its database ends by itself, one that forgot to does, too; and many
 * workflows need no more memory and connections than a few. WORKFLOWS sets how many.
 *
 *     npm test -- reliability/pressure
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ended, programOf, startNode } from '../support/child.js';
import { figure } from '../support/figures.js';
import { adapters, withPlace } from '../support/places.js';

const workflows = Number(process.env['WORKFLOWS'] ?? 1500);
const program = programOf(new URL('./many-workflows.ts', import.meta.url));

for (const adapter of adapters()) {
  for (const how of ['close', 'forget']) {
    test(`${adapter}: a program that ${how === 'close' ? 'closes its database' : 'forgets to close'} ends by itself`, async () => {
      await withPlace(adapter, async ({ url }) => {
        const { said, code } = await ended(startNode([program, adapter, url, '20', how]));
        assert.is(code, 0);
        if (how === 'close') assert.is(said.at(-1), 'handles: none');
        else assert.is(said.at(-1), 'done');
      });
    });
  }

  test(`${adapter}: ${workflows} workflows leave no memory and no connections behind`, async () => {
    await withPlace(adapter, async ({ url }) => {
      const { said, code } = await ended(startNode(['--expose-gc', program, adapter, url, String(workflows), 'close']));
      assert.is(code, 0);
      const result = JSON.parse(said.find((line) => line.startsWith('{'))!) as Record<'heapBefore' | 'heapAfter' | 'rssBefore' | 'rssAfter' | 'connections', number>;
      const grown = result.heapAfter - result.heapBefore;
      // Compiled code and caches take some 700 KB, however many workflows there are; an error that stays behind with each takes kilobytes.
      assert.ok(grown < 1_500_000, `${Math.round(grown / 1024)} KB of heap more`);
      assert.ok(result.connections <= 5, `${result.connections} connections`);
      figure('leaks', { database: adapter, workflows, ...result });
    });
  });
}

test.run();
