import { LocalRuntime, WorkflowBuilder, type CallOptions } from 'dataflow-ts';
import { AccountCreateNode, AccountDeleteNode, AccountUpdateNode, TransferCreateNode, TransferDeleteNode } from '../.dataflow/index.js';
import type { Db, Place } from '../support/places.js';

/** Work that is broken off at each of its statements in turn. */
export interface Scenario {
  readonly name: string;
  /** Whether nothing of it may stay when it fails. */
  readonly atomic: boolean;
  /** Whether the tables are missing when it begins. */
  readonly firstUse?: true;
  /** A saga: nothing of it may stay when it fails, unless an answer was lost. */
  readonly undone?: true;
  /** When it is not atomic: how many accounts there may be. */
  readonly states?: readonly number[];
  /** @param limits the time it may take */
  run(db: Db, limits?: CallOptions): Promise<unknown>;
}

/** What every scenario begins with. */
export const accounts = ['a', 'b', 'c'].map((id) => ({ id, balance: 100 }));

const transfer = (tx: Pick<Db, 'models'>, id: string, fromId: string, toId: string, amount: number): Promise<void> =>
  (async () => {
    const { models } = tx;
    const [from, to] = [await models.Account.read({ id: fromId }), await models.Account.read({ id: toId })];
    await models.Account.update({ filter: { id: fromId }, fields: { balance: from.balance - amount } });
    await models.Account.update({ filter: { id: toId }, fields: { balance: to.balance + amount } });
    await models.Transfer.create({ id, fromId, toId, amount });
  })();

const steps = () =>
  new WorkflowBuilder('pay')
    .addNode(AccountCreateNode, 'open', { id: 'd', balance: 5 })
    .addNode(AccountUpdateNode, 'debit', { filter: { id: 'a' }, fields: { balance: 95 } })
    .addNode(TransferCreateNode, 'note', { id: 't', fromId: 'a', amount: 5 })
    .addConnection('open', 'id', 'note', 'toId');
const workflow = steps().build();
const transactionWorkflow = steps().transaction().build();

const saga = new WorkflowBuilder('saga')
  .addNode(AccountCreateNode, 'open', { id: 'd', balance: 5 })
  .addNode(TransferCreateNode, 'note', { id: 't', fromId: 'a', amount: 5 })
  .addNode(AccountUpdateNode, 'debit', { fields: { balance: 95 } })
  .addConnection('open', 'id', 'note', 'toId')
  .addConnection('note', 'fromId', 'debit', 'filter.id')
  .compensate('open', AccountDeleteNode, { from: { id: 'id' } })
  .compensate('note', TransferDeleteNode, { from: { id: 'id' } })
  .build();

async function* oneByOne(): AsyncGenerator<{ id: string; balance: number }> {
  for (const row of many) {
    await Promise.resolve();
    yield row;
  }
}

const many = Array.from({ length: 50 }, (_, i) => ({ id: `n${i}`, balance: i }));

export const scenarios: readonly Scenario[] = [
  { name: 'create', atomic: true, run: (db, limits) => db.models.Account.create({ id: 'd', balance: 1 }, limits) },
  { name: 'create, its table made first', atomic: true, firstUse: true, run: (db, limits) => db.models.Account.create({ id: 'd', balance: 1 }, limits) },
  { name: 'create, three tables made first', atomic: true, firstUse: true, run: (db, limits) => db.models.Note.create({ id: 'n' }, limits).then(() => db.models.Transfer.count({}, limits)) },
  { name: 'read', atomic: true, run: (db, limits) => db.models.Account.read({ id: 'a' }, limits) },
  { name: 'list with total', atomic: true, run: (db, limits) => db.models.Account.list({ filter: { balance: { $gt: 1 } }, total: true }, limits) },
  { name: 'count', atomic: true, run: (db, limits) => db.models.Account.count({}, limits) },
  { name: 'update', atomic: true, run: (db, limits) => db.models.Account.update({ filter: { id: 'a' }, fields: { balance: 7 } }, limits) },
  { name: 'delete', atomic: true, run: (db, limits) => db.models.Account.delete({ id: 'a' }, limits) },
  { name: 'upsert', atomic: true, run: (db, limits) => db.models.Account.upsert({ where: { id: 'a' }, create: { id: 'a', balance: 1 }, update: { balance: 2 } }, limits) },
  { name: 'bulkCreate in batches', atomic: true, run: (db, limits) => db.models.Account.bulkCreate({ data: many, batchSize: 20 }, limits) },
  { name: 'bulkCreate, batch by batch', atomic: false, states: [0, 20, 40, 50].map((more) => accounts.length + more), run: (db, limits) => db.models.Account.bulkCreate({ data: many, batchSize: 20, atomic: 'batch' }, limits) },
  { name: 'bulkCreate from an async iterable', atomic: true, run: (db, limits) => db.models.Account.bulkCreate({ data: oneByOne(), batchSize: 20 }, limits) },
  {
    name: 'stream',
    atomic: true,
    run: async (db, limits) => {
      const seen: string[] = [];
      for await (const { id } of db.models.Account.stream({ batchSize: 2 }, limits)) seen.push(id);
      if (seen.join() !== 'a,b,c') throw new Error(`saw ${seen.join()}`);
    },
  },
  { name: 'bulkUpsert', atomic: true, run: (db, limits) => db.models.Account.bulkUpsert({ data: [...many, { id: 'a', balance: 3 }] }, limits) },
  { name: 'bulkUpdate by filter', atomic: true, run: (db, limits) => db.models.Account.bulkUpdate({ filter: { balance: 100 }, fields: { balance: 9 } }, limits) },
  { name: 'bulkUpdate of each', atomic: true, run: (db, limits) => db.models.Account.bulkUpdate({ data: [{ id: 'a', balance: 1 }, { id: 'b', balance: 2 }] }, limits) },
  { name: 'bulkDelete', atomic: true, run: (db, limits) => db.models.Account.bulkDelete({ ids: ['a', 'b'] }, limits) },
  { name: 'transaction', atomic: true, run: (db, limits) => db.transaction((tx) => transfer(tx, 't', 'a', 'b', 30), limits) },
  {
    name: 'nested transaction that fails and is contained',
    atomic: true,
    run: (db, limits) =>
      db.transaction(async (tx) => {
        await transfer(tx, 't', 'a', 'b', 30);
        const undone = new Error('undone');
        await tx.transaction(async (inner) => {
          await transfer(inner, 'u', 'b', 'c', 10);
          throw undone;
        }).catch((error: unknown) => {
          if (error !== undone) throw error;
        });
        await tx.models.Account.bulkCreate({ data: [{ id: 'x', balance: 1 }] });
      }, limits),
  },
  { name: 'workflow', atomic: false, run: (db, limits) => new LocalRuntime(db).execute(workflow, { ...limits }) },
  { name: 'saga', atomic: false, undone: true, run: (db, limits) => new LocalRuntime(db).execute(saga, { ...limits }) },
  { name: 'workflow in a transaction', atomic: true, run: (db, limits) => new LocalRuntime(db).execute(transactionWorkflow, { ...limits }) },
];

/** All rows of the tables that the scenarios write to, as far as they are there. */
export async function dump(place: Place): Promise<unknown[]> {
  const tables = await place.raw(place.dialect === 'sqlite' ? 'SELECT name FROM sqlite_master' : `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`);
  const rows = async (name: string, columns: string): Promise<unknown> => (tables.some(([one]) => one === name) ? place.raw(`SELECT ${columns} FROM ${name} ORDER BY id`) : 'missing');
  return [await rows('accounts', 'id, balance'), await rows('transfers', 'id, from_id, to_id, amount'), await rows('notes', 'id')];
}
