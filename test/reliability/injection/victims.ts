import * as assert from 'uvu/assert';
import type { Place } from '../support/places.js';

/** A table beside the ones of the models, and the shape of the whole database: what no call may change. */
export async function plantVictims(place: Place): Promise<{ check(): Promise<void> }> {
  await place.raw('CREATE TABLE victims (id INTEGER PRIMARY KEY, note TEXT)');
  await place.raw(`INSERT INTO victims VALUES (1, 'here'), (2, NULL)`);
  const before = await shapeOf(place);
  return {
    async check() {
      assert.equal((await place.raw('SELECT id, note FROM victims ORDER BY id')).map(([id, note]) => [Number(id), note]), [[1, 'here'], [2, null]]);
      assert.equal(await shapeOf(place), before);
      assert.equal(Object.keys(Object.prototype), []);
      assert.is(({} as { polluted?: unknown }).polluted, undefined);
    },
  };
}

function shapeOf(place: Place): Promise<unknown[][]> {
  return place.raw(
    place.dialect === 'sqlite'
      ? 'SELECT type, name, sql FROM sqlite_master ORDER BY type, name'
      : `SELECT table_schema, table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, ordinal_position`,
  );
}
