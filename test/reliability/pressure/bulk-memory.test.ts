/**
 * Rows that come from an iterable and go through `stream` need the memory of two batches, however many they are. ROWS sets how many.
 *
 *     npm test -- reliability/pressure/bulk
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ended, programOf, startNode } from '../support/child.js';
import { figure } from '../support/figures.js';
import { adapters, withPlace } from '../support/places.js';

const rows = Number(process.env['ROWS'] ?? 120_000);
const program = programOf(new URL('./many-rows.ts', import.meta.url));

for (const adapter of adapters()) {
  test(`${adapter}: ${rows} rows in and out need the memory of 40,000`, async () => {
    await withPlace(adapter, async ({ url }) => {
      const { said, code } = await ended(startNode(['--expose-gc', program, adapter, url, String(rows)]));
      assert.is(code, 0);
      const { few, many } = JSON.parse(said.at(-1)!) as Record<'few' | 'many', number>;
      // A row that stays behind is some 100 bytes: 80,000 of them would be 8 MB.
      assert.ok(many - few < 2_500_000, `${Math.round((many - few) / 1024)} KB of heap more`);
      figure('bulk', { database: adapter, rows, few, many });
    });
  });
}

test.run();
