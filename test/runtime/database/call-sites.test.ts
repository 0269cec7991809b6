/** Errors name the user's line, whichever driver they come from and however deep in DataFlow they were made. */
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataFlow } from '../../../runtime/src/database/dataflow.js';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/index.js';
import { modelsOf, type Models } from './models.js';
import { places, type Place } from './places.js';

const here = relative(process.cwd(), fileURLToPath(import.meta.url)).replaceAll('\\', '/');
const person = (id: string): object => ({ id, name: id, email: id });

function onEvery(place: Place): void {
  const test = suite(`${place.name}: call sites`);
  const { schema, nodes } = modelsOf('site');
  let db: DataFlow<Models>;
  test.before(async () => {
    db = place.open({ schema, pool: { acquireTimeoutMs: 80 } });
    await db.models.Person.create(person('a'));
  });
  test.after(async () => {
    await db.close();
    await place.remove();
  });

  /** @param work awaits the failing call in the line of `mark()` */
  const failsAt = async (code: string, work: () => Promise<number>): Promise<DataFlowError> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DataFlowError)) throw error;
      assert.is(error.code, code, error.message);
      assert.is(error.callSite?.file, here, error.stack);
      assert.is(error.callSite?.line, marked, error.stack);
      assert.match(error.enhancedMessage(), `at: ${here}:${marked}:`);
      return error;
    }
    return assert.unreachable('it went through') as never;
  };
  let marked: number | undefined;
  /** Notes the line in which it is called. */
  const mark = (): void => void (marked = Number(/call-sites\.test\.ts:(\d+)/.exec(new Error().stack!.split('\n')[2]!)![1]));

  test("a wrong parameter, and a driver's error", async () => {
    await failsAt('DF-102', async () => { mark(); await db.models.Person.create({ id: 1, name: 'x', email: 'x' }); return 0; });
    await failsAt('DF-530', async () => { mark(); await db.models.Person.create(person('a')); return 0; });
    await failsAt('DF-530', async () => { mark(); return await db.execute(nodes['PersonCreateNode'] as never, person('a') as never); });
    await failsAt('DF-530', async () => { mark(); await db.models.Person.bulkCreate({ data: [person('b'), person('a')] }); return 0; });
  });

  test('several at once', async () => {
    await failsAt('DF-530', async () => { mark(); await Promise.all([db.models.Person.count({}), db.models.Person.create(person('a'))]); return 0; });
  });

  test('inside a transaction, and inside one of its own', async () => {
    await failsAt('DF-530', () => db.transaction(async (tx) => { mark(); await tx.models.Person.create(person('a')); return 0; }));
    await failsAt('DF-530', () => db.transaction(async (tx) => {
      await tx.models.Person.count({});
      return tx.transaction(async (inner) => { mark(); await inner.models.Person.create(person('a')); return 0; });
    }));
  });

  test('in a helper of the user', async () => {
    const helper = async (): Promise<void> => { mark(); await db.models.Person.create(person('a')); };
    await failsAt('DF-530', async () => {
      await helper();
      return 0;
    });
  });

  if (place.name !== 'postgres') {
    test('an error that a timer has made', async () => {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const holder = db.transaction(() => held);
      await new Promise((resolve) => setTimeout(resolve, 10));
      try {
        await failsAt('DF-534', async () => { mark(); await db.models.Person.create(person('z')); return 0; });
      } finally {
        release();
        await holder;
      }
    });
  }

  test('a workflow: the node, and where it was executed', async () => {
    const workflow = new WorkflowBuilder('site').addNode(nodes['PersonCreateNode'] as never, 'create_person', person('a') as never).build();
    const error = await failsAt('DF-530', async () => { mark(); await new LocalRuntime(db).execute(workflow); return 0; });
    assert.is(error.context.node, 'create_person');
    const inTransaction = (new WorkflowBuilder('site') as any).addNode(nodes['PersonCreateNode'], 'create_person', person('a')).transaction().build();
    await failsAt('DF-530', async () => { mark(); await new LocalRuntime(db).execute(inTransaction); return 0; });
  });

  test.run();
}

for (const place of await places('sites')) onEvery(place);
