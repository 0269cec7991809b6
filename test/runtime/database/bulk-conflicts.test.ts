/** Many rows at once on SQLite meet what a table says about conflicts just as single rows do. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { modelsOf, type Models } from './models.js';
import { fails, places, type Place } from './places.js';

const teams = (count: number): { id: string }[] => Array.from({ length: count }, (_, i) => ({ id: `t-${i}` }));

function onFile(place: Place): void {
  const test = suite(`${place.name}: conflicts of many rows`);
  const opened: DataFlow<Models>[] = [];
  const open = (prefix: string): DataFlow<Models> => {
    const db = place.open({ schema: modelsOf(prefix).schema });
    opened.push(db);
    return db;
  };
  test.after(async () => {
    for (const db of opened) await db.close();
    await place.remove();
  });

  test('a refused row takes all others along, wherever it stands', async () => {
    const { Team } = open('plain').models;
    await Team.create({ id: 't-150' });
    for (const data of [teams(400), teams(151), [...teams(150), { id: 't-0' }]]) {
      const error = await fails('DF-530', () => Team.bulkCreate({ data }));
      assert.is(error.context.row, 150);
      assert.is((await Team.count({})).count, 1);
    }
    const unknown = await fails('DF-531', () => Team.bulkCreate({ data: teams(130).map((team, i) => (i === 99 ? { ...team, leaderId: 'nobody' } : team)) }));
    assert.is(unknown.context.row, 99);
    assert.is((await Team.count({})).count, 1);
  });

  test("a trigger's OR IGNORE holds", async () => {
    const { Team } = open('triggered').models;
    await Team.count({});
    await place.sql('CREATE TABLE "days" ("day" TEXT PRIMARY KEY)');
    await place.sql(`CREATE TRIGGER "noted" AFTER INSERT ON "TRIGGERED_TEAMS" BEGIN INSERT OR IGNORE INTO "days" VALUES ('today'); END`);
    assert.is((await Team.bulkCreate({ data: teams(250) })).inserted, 250);
    assert.is((await Team.count({})).count, 250);
  });

  test("a column's own ON CONFLICT holds", async () => {
    await place.sql('CREATE TABLE "lenient_teams" ("id" TEXT NOT NULL PRIMARY KEY on conflict ignore, "leader_id" TEXT)');
    const { Team } = open('lenient').models;
    await Team.create({ id: 't-7' });
    assert.equal(await Team.bulkCreate({ data: teams(250) }), { processed: 250, inserted: 249, skipped: 1, updated: 0 });
  });

  test.run();
}

for (const place of await places('conflicts')) {
  if (place.shared && place.url === undefined) onFile(place);
  else await place.remove();
}
