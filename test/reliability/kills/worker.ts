/**
 * A process that works on a database and may be killed at any moment: five transfers of money and one bulk insert, each
 * noted on stdout once it is committed. Started again, it does what is missing. Arguments: the package, the URL, and, on
 * SQLite, the statement at which it kills itself (0: none), `before` it is given to SQLite or `during` it.
 */
import { writeSync } from 'node:fs';
import { DataFlow, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';
import { AccountReadNode, AccountUpdateNode, schema, TransferCreateNode } from '../.dataflow/index.js';
import { patchedSqlite } from '../faults/sqlite-calls.js';
import type { Adapter } from '../support/places.js';

const [adapter, url, killAt, when] = process.argv.slice(2) as [Adapter, string, string, 'before' | 'during'];

let statement = 0;
if (adapter !== 'pg') {
  patchedSqlite(adapter, url).decide = () => {
    if (++statement !== Number(killAt)) return 'pass';
    // The statement is on its way to SQLite's thread when the process ends.
    if (when === 'during') setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    else process.kill(process.pid, 'SIGKILL');
    return 'pass';
  };
}

const done = (what: string): void => void writeSync(1, `${what}\n`);
await using db = new DataFlow({ url, schema, driver: adapter });
await db.models.Account.bulkCreate({ data: ['a', 'b', 'c'].map((id) => ({ id, balance: 100 })), onConflict: 'skip' });

const move = new WorkflowBuilder('move')
  .withInput<{ id: string; less: { balance: number }; more: { balance: number } }>()
  .addNode(AccountUpdateNode, 'debit', { filter: { id: 'b' } })
  .addNode(AccountUpdateNode, 'credit', { filter: { id: 'c' } })
  .addNode(TransferCreateNode, 'note', { fromId: 'b', toId: 'c', amount: 7 })
  .addConnection('input', 'less', 'debit', 'fields')
  .addConnection('input', 'more', 'credit', 'fields')
  .addConnection('input', 'id', 'note', 'id')
  .transaction()
  .build();

const there = async (id: string): Promise<boolean> => (await db.models.Transfer.read({ id, raiseOnNotFound: false })) !== null;
const balanceOf = async (id: string): Promise<number> => (await db.execute(AccountReadNode, { id })).balance;

for (let i = 0; i < 3; i++) {
  const id = `t${i}`;
  if (await there(id)) continue;
  await db.transaction(async (tx) => {
    const [from, to] = [await tx.models.Account.read({ id: 'a' }), await tx.models.Account.read({ id: 'b' })];
    await tx.models.Account.update({ filter: { id: 'a' }, fields: { balance: from.balance - 10 } });
    await tx.models.Transfer.create({ id, fromId: 'a', toId: 'b', amount: 10 });
    await tx.transaction((inner) => inner.models.Account.update({ filter: { id: 'b' }, fields: { balance: to.balance + 10 } }));
  });
  done(id);
}
for (const id of ['w0', 'w1']) {
  if (await there(id)) continue;
  await new LocalRuntime(db).execute(move, { inputs: { id, less: { balance: (await balanceOf('b')) - 7 }, more: { balance: (await balanceOf('c')) + 7 } } });
  done(id);
}
if ((await db.models.Note.count()).count === 0) {
  await db.models.Note.bulkCreate({ data: Array.from({ length: 30 }, (_, i) => ({ id: `n${i}` })), batchSize: 10 });
  done('notes');
}
await db.close();
done(`statements ${statement}`);
done('end');
