import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modelsOf } from './models.js';
import { places, type Place } from './places.js';

const program = fileURLToPath(new URL('first-use-process.ts', import.meta.url));
const processes = 4;

function define(place: Place): void {
  const test = suite(`${place.name}: first use`);
  test.after(() => place.remove());

  test('by several processes at once creates each table once', async () => {
    const probe = place.open();
    const url = place.url ?? String(probe.config.url!.value);
    await probe.close();
    const children = Array.from({ length: processes }, (_, i) => {
      const driver = place.name === 'postgres' ? 'pg' : place.name.split(' ')[0]!;
      const child = spawn(process.execPath, ['--import', 'tsx', program, url, driver, 'crowd', `p${i}`], { stdio: ['pipe', 'pipe', 'inherit'] });
      return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
    });
    try {
      for (const { lines } of children) assert.is((await lines.next()).value, 'ready');
      for (const { child } of children) child.stdin.write('go\n');
      const created = await Promise.all(children.map(async ({ lines }) => Number((await lines.next()).value)));
      assert.is(created.reduce((sum, one) => sum + one, 0), 2, created.join(', '));
      const db = place.open({ schema: modelsOf('crowd').schema });
      assert.is((await db.models.Person.count({})).count, processes);
      await db.close();
    } finally {
      for (const { child } of children) child.kill();
    }
  });

  test.run();
}

for (const place of await places('first_use')) if (place.shared) define(place);
