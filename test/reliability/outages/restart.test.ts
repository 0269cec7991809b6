/**
 * PostgreSQL ends sessions, stops and starts again, or crashes, while clients move money: every failure is a coded error, no
 * money is made or lost, what was reported as done is done, once, and the same DataFlow works on afterwards. RESTARTS sets how often.
 *
 *     npm test -- reliability/outages
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFlow, DataFlowError } from 'dataflow-ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startPostgres } from '../../support/postgres.mjs';
import { schema } from '../.dataflow/index.js';
import { figure } from '../support/figures.js';
import { adapters, openPlace, postgresSql, type Db } from '../support/places.js';

const restarts = Number(process.env['RESTARTS'] ?? 2);
const clients = 6;
const names = ['a', 'b', 'c', 'd'];

interface Load {
  readonly committed: string[];
  /** How often each code came up. */
  readonly failures: Map<string, number>;
  stop(): Promise<void>;
}

/** Clients that move money from one account to the next, one transaction after the other, and try again after an error. */
function startLoad(db: Db): Load {
  const committed: string[] = [];
  const failures = new Map<string, number>();
  let going = true;
  let count = 0;
  const client = async (): Promise<void> => {
    while (going) {
      const id = `t${count++}`;
      const [from, to] = [names[count % 4]!, names[(count + 1 + (count % 3)) % 4]!];
      while (!(await transferOnce(db, id, from, to, failures))) await sleep(10);
      committed.push(id);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  // Heard by `stop`; without this an early failure would end the process first.
  all.catch(() => undefined);
  return {
    committed,
    failures,
    async stop() {
      going = false;
      await all;
    },
  };
}

/** At most once: what may have been committed in an attempt before is looked for. False after an outage. */
async function transferOnce(db: Db, id: string, fromId: string, toId: string, failures: Map<string, number>): Promise<boolean> {
  try {
    await db.transaction(
      async ({ models }) => {
        if ((await models.Transfer.read({ id, raiseOnNotFound: false })) !== null) return;
        const [from, to] = [await models.Account.read({ id: fromId }), await models.Account.read({ id: toId })];
        await models.Account.update({ filter: { id: fromId }, fields: { balance: from.balance - 1 } });
        await models.Account.update({ filter: { id: toId }, fields: { balance: to.balance + 1 } });
        await models.Transfer.create({ id, fromId, toId, amount: 1 });
      },
      { isolation: 'repeatable read', retries: 100 },
    );
    return true;
  } catch (error) {
    if (!(error instanceof DataFlowError)) throw error;
    if (!/^DF-5/.test(error.code) || error.cause === undefined) throw error;
    failures.set(error.code, (failures.get(error.code) ?? 0) + 1);
    return false;
  }
}

async function checkBooks(url: string, committed: readonly string[]): Promise<void> {
  const accounts = await postgresSql(url, 'SELECT id, balance FROM accounts');
  const transfers = await postgresSql(url, 'SELECT id, from_id, to_id FROM transfers');
  const expected = new Map(names.map((id) => [id, 100_000]));
  for (const [, from, to] of transfers as string[][]) {
    expected.set(from!, expected.get(from!)! - 1);
    expected.set(to!, expected.get(to!)! + 1);
  }
  assert.equal(new Map(accounts as [string, number][]), expected);
  const there = new Set(transfers.map(([id]) => id));
  assert.equal(committed.filter((id) => !there.has(id)), []);
}

async function start(url: string): Promise<Db> {
  const db = new DataFlow({ url, schema, pool: { max: 5, acquireTimeoutMs: 60_000 } });
  await db.models.Account.bulkCreate({ data: names.map((id) => ({ id, balance: 100_000 })) });
  await db.models.Transfer.count();
  return db;
}

if (adapters().includes('pg')) {
  test('sessions that are ended under load', async () => {
    const place = await openPlace('pg');
    const db = await start(place.url);
    const load = startLoad(db);
    let ended = 0;
    for (let round = 0; round < restarts * 10; round++) {
      await sleep(20);
      const killed = await postgresSql(place.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'raw'`);
      ended += killed.length;
    }
    await load.stop();
    await checkBooks(place.url, load.committed);
    assert.ok(ended > 0 && load.failures.size > 0 && load.committed.length > restarts);
    assert.is((await db.models.Transfer.count()).count, load.committed.length);
    await db.close();
    await place.remove();
    figure('outages', { what: 'sessions ended', times: ended, committed: load.committed.length, errors: textOf(load.failures) });
  });

  for (const crash of [false, true]) {
    test(`a server that ${crash ? 'crashes' : 'is restarted'} under load`, async () => {
      // Synchronous commits: what is reported as done must survive the crash of the server's processes.
      const server = await startPostgres({ flags: ['-c', 'synchronous_commit=on'] });
      try {
        const db = await start(server.url);
        const load = startLoad(db);
        for (let round = 0; round < restarts; round++) {
          await sleep(300);
          await server.restart({ crash });
        }
        await sleep(300);
        await load.stop();
        await checkBooks(server.url, load.committed);
        assert.ok(load.failures.size > 0 && load.committed.length > restarts);
        assert.is((await db.models.Transfer.count()).count, load.committed.length);
        await db.close();
        figure('outages', { what: crash ? 'server crashed' : 'server restarted', times: restarts, committed: load.committed.length, errors: textOf(load.failures) });
      } finally {
        await server.stop();
      }
    });
  }

  test('idle connections that the server has ended cost no call', async () => {
    const place = await openPlace('pg');
    await using db = place.open({ pool: { max: 3 } });
    await db.models.Account.create({ id: 'a', balance: 1 });
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 3 }, () => db.models.Account.count()));
      await place.raw(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`);
      // The news has to come through the socket.
      await sleep(20);
      await db.transaction((tx) => tx.models.Account.update({ filter: { id: 'a' }, fields: { balance: round } }));
    }
    await db.close();
    await place.remove();
  });
}

function textOf(failures: ReadonlyMap<string, number>): string {
  return [...failures].sort().map(([code, count]) => `${code} × ${count}`).join(', ');
}

test.run();
