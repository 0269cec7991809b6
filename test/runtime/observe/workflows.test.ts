import { trace } from '@opentelemetry/api';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';
import { modelsOf } from '../database/models.js';
import { fails, places, type Place } from '../database/places.js';
import { recordingLogger } from './recording-logger.js';
import { register, takeSpans } from './telemetry-setup.js';

// The workflows here are untyped: what is typed about them is tested elsewhere.
const builder = (name: string): any => new WorkflowBuilder(name);

function define(place: Place, index: number): void {
  const test = suite(`${place.name}: workflows`);
  const { schema, nodes } = modelsOf(`runs${index}`);
  const create = nodes['PersonCreateNode']!;
  const person = (id: string): object => ({ id, name: id, email: `${id}@x.io` });
  test.after(() => place.remove());

  test('a run has its lines and those of its nodes, attempts and failures among them', async () => {
    const logger = recordingLogger();
    const db = place.open({ schema, debug: true, logger, telemetry: false });
    let calls = 0;
    const flaky = (): object => {
      if (++calls === 1) throw new Error('S3CRET');
      return {};
    };
    const plan = builder('sign_up').addNode(create, 'first', person('w1')).addFunction('flaky', flaky, { retry: { max: 1 } }).build();
    const { runId } = await new LocalRuntime(db).execute(plan);
    const steps = logger.lines.filter(({ fields }) => fields['runId'] === runId);
    const shown = steps.map(({ fields }) => [fields['event'], fields['state'], fields['node'] ?? fields['workflow'], fields['code']]);
    assert.equal([shown[0], shown.at(-1)], [['workflow', 'start', 'sign_up', undefined], ['workflow', 'end', 'sign_up', undefined]]);
    const ends = shown.filter(([event, state]) => event === 'node' && state === 'end').map(([, , node, code]) => `${String(node)} ${String(code ?? 'done')}`);
    assert.equal(ends.sort(), ['first done', 'flaky Error', 'flaky#2 done']);
    assert.not.match(JSON.stringify(logger.lines), 'S3CRET');

    logger.lines.length = 0;
    await fails('DF-530', () => new LocalRuntime(db).execute(plan));
    const failed = logger.of('workflow').at(-1)!;
    assert.equal([failed.fields['state'], failed.fields['code']], ['end', 'DF-530']);
    await db.close();
  });

  test('a run has a span around those of its nodes, and these around their statements', async () => {
    register();
    const db = place.open({ schema });
    await db.models.Person.count({});
    takeSpans();
    const plan = builder('traced').addNode(create, 'one', person(`t${index}`)).addFunction('two', () => ({ name: trace.getActiveSpan() === undefined ? 'none' : 'some' })).build();
    const { runId, results } = await new LocalRuntime(db).execute(plan) as any;
    assert.is(results.two.name, 'some', "a function's own spans belong to its node");
    const spans = takeSpans();
    const named = (name: string) => spans.find((span) => span.name === name)!;
    const [workflow, one, two, insert] = ['workflow traced', 'node one', 'node two', `INSERT runs${index}_people`].map(named);
    assert.equal(workflow!.attributes, { 'dataflow.workflow': 'traced', 'dataflow.run_id': runId });
    assert.equal([one, two].map((span) => span!.parentSpanContext?.spanId), [workflow, workflow].map((span) => span!.spanContext().spanId));
    assert.is(insert!.parentSpanContext?.spanId, one!.spanContext().spanId);
    assert.is(spans.length, 4);
    await db.close();
  });

  test('in a transaction all of it belongs together', async () => {
    register();
    const db = place.open({ schema });
    await db.models.Person.count({});
    takeSpans();
    await db.transaction(async (tx) => {
      await new LocalRuntime(tx).execute(builder('inside').addNode(create, 'one', person(`x${index}`)).build());
    });
    await new LocalRuntime(db).execute(builder('own').addNode(create, 'one', person(`y${index}`)).transaction().build());
    const spans = takeSpans();
    const parentOf = (name: string): string | undefined => {
      const parent = spans.find((span) => span.name === name)!.parentSpanContext?.spanId;
      return spans.find((span) => span.spanContext().spanId === parent)?.name;
    };
    assert.is(parentOf('workflow inside'), 'transaction');
    assert.is(parentOf('workflow own'), undefined);
    const own = spans.find(({ name }) => name === 'workflow own')!;
    const transaction = spans.find(({ parentSpanContext }) => parentSpanContext?.spanId === own.spanContext().spanId)!;
    assert.is(transaction.name, 'transaction');
    assert.ok(spans.some(({ name, parentSpanContext }) => name === 'COMMIT' && parentSpanContext?.spanId === transaction.spanContext().spanId));
    await db.close();
  });

  test.run();
}

(await places('workflows')).forEach(define);
