/** Sagas and what is atomic: inside of a transaction, and operations that are atomic in parts only. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { fails, places, type Place } from '../database/places.js';
import { node, schema } from './models.js';

const CreateUser = node('UserCreateNode');
const ReadUser = node('UserReadNode');
const DeleteUser = node('UserDeleteNode');
const BulkCreateUser = node('UserBulkCreateNode');

let counter = 0;
/** An id of its own for each test: they share tables. */
const fresh = (name: string): string => `${name}-${++counter}`;
const user = (id: string) => ({ id, name: 'Alice', email: `${id}@x.io` });

function define(place: Place): void {
  const test = suite(place.name);
  let db: DataFlow;
  let runtime: LocalRuntime;

  test.before(() => {
    db = place.open({ schema: schema as never }) as unknown as DataFlow;
    runtime = new LocalRuntime(db);
  });
  test.after(async () => {
    await db.close();
    await place.remove();
  });
  const has = async (id: string): Promise<boolean> => (await db.execute(ReadUser, { id, raiseOnNotFound: false })) !== null;

  test('on a tx the compensations are part of the transaction, which stays usable', async () => {
    const [u, v, taken] = [fresh('u'), fresh('u'), fresh('u')];
    await db.execute(CreateUser, user(taken));
    const wf = new WorkflowBuilder('w');
    wf.addNode(CreateUser, 'first', user(u));
    wf.addNode(CreateUser, 'second', user(taken), { when: { first: {} } });
    wf.compensate('first', DeleteUser, { from: { id: 'id' } });
    const workflow = wf.build();
    await db.transaction(async (tx) => {
      const error = await fails('DF-530', () => new LocalRuntime(tx).execute(workflow));
      assert.equal(error.context['compensated'], ['first']);
      await tx.execute(CreateUser, user(v));
    });
    assert.equal([await has(u), await has(v)], [false, true]);

    const broken = new WorkflowBuilder('w');
    broken.addNode(CreateUser, 'first', user(u));
    broken.addNode(CreateUser, 'third', user(fresh('u')), { when: { first: {} } });
    broken.addNode(CreateUser, 'second', user(taken), { when: { third: {} } });
    broken.compensate('first', DeleteUser, { from: { id: 'id' } });
    // Fails on the database itself, in the midst of undoing.
    broken.compensate('third', CreateUser, { from: { id: 'id', name: 'name', email: 'email' } });
    await db.transaction(async (tx) => {
      const error = await fails('DF-556', () => new LocalRuntime(tx).execute(broken.build()));
      assert.equal(error.context['compensated'], ['first']);
    });
    assert.not(await has(u));
  });

  test('a node that fails leaves nothing behind, batches that are atomic by themselves neither', async () => {
    const ids = Array.from({ length: 4 }, () => fresh('u'));
    const wf = new WorkflowBuilder('w');
    wf.addNode(BulkCreateUser, 'fill', { data: [...ids.map(user), user(ids[0]!)], batchSize: 2, atomic: 'batch' });
    wf.addFunction('other', () => 1);
    wf.compensate('other', () => 1);
    await fails('DF-530', () => runtime.execute(wf.build()));
    assert.equal(await Promise.all(ids.map(has)), ids.map(() => false));
  });

  test.run();
}

for (const place of await places('saga_atomicity')) define(place);
