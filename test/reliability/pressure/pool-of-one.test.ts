/**
 * 200 workflows at once on a single connection, some of them transactions, some failing: none waits for another in a
 * circle, all end, and at the end nothing waits and nothing is held.
 *
 *     npm test -- reliability/pressure
 */
import { DataFlowError, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AccountCreateNode, AccountReadNode, AccountUpdateNode, JobBulkCreateNode, JobCreateNode, TransferCreateNode } from '../.dataflow/index.js';
import { figure } from '../support/figures.js';
import { adapters, withPlace } from '../support/places.js';

const count = Number(process.env['WORKFLOWS'] ?? 200);

/** Independent nodes beside each other, and one that needs their results. */
const chain = () =>
  new WorkflowBuilder('chain')
    .withInput<{ id: string; key: string; jobs: { key: string; step: number }[] }>()
    .addNode(AccountCreateNode, 'open', { balance: 10 })
    .addNode(AccountReadNode, 'bank', { id: 'bank' }, { retry: { max: 2, backoffMs: 1 } })
    .addNode(JobBulkCreateNode, 'jobs', {})
    .addNode(JobCreateNode, 'job', { step: 0 })
    .addNode(TransferCreateNode, 'pay', { amount: 1 })
    .addConnection('input', 'id', 'open', 'id')
    .addConnection('input', 'jobs', 'jobs', 'data')
    .addConnection('input', 'key', 'job', 'key')
    .addConnection('input', 'id', 'pay', 'id')
    .addConnection('open', 'id', 'pay', 'fromId')
    .addConnection('bank', 'id', 'pay', 'toId');
const plain = chain().build();
const whole = chain().transaction({ isolation: 'serializable' }).build();
const failing = chain()
  .addNode(AccountUpdateNode, 'overdraw', { fields: { balance: -1 } })
  .addConnection('pay', 'fromId', 'overdraw', 'filter.id')
  .transaction()
  .build();

for (const adapter of adapters()) {
  test(`${adapter}: ${count} workflows on one connection`, async () => {
    await withPlace(adapter, async (place) => {
      await using db = place.open({ pool: { max: 1, acquireTimeoutMs: 120_000 } });
      await db.models.Account.create({ id: 'bank', balance: 0 });
      const runtime = new LocalRuntime(db);
      const run = async (i: number): Promise<void> => {
        const workflow = [plain, whole, failing, plain, whole][i % 5]!;
        const inputs = { id: `w${i}`, key: `w${i}`, jobs: [1, 2, 3].map((step) => ({ key: `w${i}`, step })) };
        try {
          const { results } = await runtime.execute(workflow, { inputs });
          assert.is(results.pay.toId, 'bank');
          assert.is.not(workflow, failing);
        } catch (error) {
          if (workflow !== failing || !(error instanceof DataFlowError)) throw error;
          // The check of the balance; what else was done in the transaction is undone.
          assert.is(error.context.node, 'overdraw', error.message);
        }
      };
      const mixed = async (i: number): Promise<void> => {
        if (i % 10 !== 7) return run(i);
        // A call besides the workflows, and a transaction with one inside it.
        await db.models.Job.count();
        await db.transaction(async (tx) => {
          await tx.models.Job.count();
          await tx.transaction((inner) => inner.models.Job.count());
        });
      };
      await Promise.all(Array.from({ length: count }, (_, i) => mixed(i)));
      const expected = Array.from({ length: count }, (_, i) => i).filter((i) => i % 10 !== 7 && i % 5 !== 2).length;
      assert.is((await db.models.Transfer.count()).count, expected);
      assert.is((await db.models.Job.count()).count, expected * 4);
      const { used, waiting, open, idle } = db.metrics().pool;
      assert.equal({ used, waiting, open, idle }, { used: 0, waiting: 0, open: 1, idle: 1 });
      if (adapter === 'pg') {
        const sessions = await place.raw('SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()');
        assert.ok(sessions.length <= 2 && sessions.every(([state]) => state === 'idle'), JSON.stringify(sessions));
      }
      figure('pool of one', { database: adapter, workflows: count });
    });
  });
}

test.run();
