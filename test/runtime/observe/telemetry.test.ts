import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { observations } from '../../../runtime/src/observe/observations.js';
import { modelsOf } from '../database/models.js';
import { fails, places, type Place } from '../database/places.js';
import { pointsOf, register, shutDown, takeSpans } from './telemetry-setup.js';

const secret = 'S3CRET';
const person = (n: number): object => ({ id: `${secret}-${n}`, name: `${secret} ${n}`, email: `${secret}${n}@x.io` });

function beforeSetUp(place: Place): void {
  const test = suite(`${place.name}: before OpenTelemetry is set up`);
  test('nobody watches after the first call', async () => {
    const db = place.open({ schema: modelsOf('early').schema });
    await db.models.Person.count({});
    assert.is(observations.get(db)!.observer, undefined);
    await db.close();
  });
  test.run();
}

function define(place: Place, index: number, last: boolean): void {
  const test = suite(`${place.name}: telemetry`);
  // Places may share a name, and then their metrics.
  const prefix = `traced${index}`;
  const { schema } = modelsOf(prefix);
  const url = place.url === undefined ? undefined : new URL(place.url);
  const common = url === undefined
    ? { 'db.system.name': 'sqlite', 'db.namespace': place.shared ? 'test.db' : ':memory:' }
    : { 'db.system.name': 'postgresql', 'db.namespace': url.pathname.slice(1), 'server.address': url.hostname, 'server.port': Number(url.port) };
  let db: ReturnType<Place['open']>;

  test.before(async () => {
    register();
    // Nothing is asked for: a provider is registered.
    db = place.open({ schema });
    await db.models.Person.count({});
  });
  test.before.each(() => void takeSpans());
  test.after(async () => {
    await db.close();
    await place.remove();
    if (last) await shutDown();
  });

  test('a statement is a client span after the conventions', async () => {
    await db.models.Person.create(person(1));
    const [span, ...others] = takeSpans();
    assert.equal(others, []);
    assert.is(span!.name, `INSERT ${prefix}_people`);
    assert.is(span!.kind, SpanKind.CLIENT);
    assert.is(span!.instrumentationScope.name, 'dataflow-ts');
    const { 'db.query.text': text, ...attributes } = span!.attributes;
    assert.match(String(text), new RegExp(`^INSERT INTO "${prefix}_people"`));
    assert.equal(attributes, {
      ...common,
      'db.operation.name': 'INSERT',
      'db.collection.name': `${prefix}_people`,
      'db.query.summary': `INSERT ${prefix}_people`,
      'dataflow.model': 'Person',
      'dataflow.operation': 'create',
    });
    assert.is(span!.status.code, SpanStatusCode.UNSET);
  });

  test('an error has its code, and no text of the database', async () => {
    await fails('DF-530', () => db.models.Person.create(person(1)));
    const span = takeSpans().find(({ name }) => name === `INSERT ${prefix}_people`)!;
    assert.is(span.status.code, SpanStatusCode.ERROR);
    assert.match(String(span.attributes['error.type']), place.url === undefined ? /^(SQLITE_CONSTRAINT.*|\d+)$/ : /^23505$/);
    assert.is(span.attributes['db.response.status_code'], span.attributes['error.type']);
    assert.equal([span.events, span.status.message], [[], undefined]);
  });

  test('spans belong to the span that is active where the call is made', async () => {
    const tracer = trace.getTracer('test');
    await tracer.startActiveSpan('request', async (request) => {
      await Promise.all([db.models.Person.count({}), db.models.Person.read({ id: `${secret}-1` })]);
      request.end();
    });
    const spans = takeSpans();
    const request = spans.find(({ name }) => name === 'request')!;
    const inner = spans.filter(({ name }) => name === `SELECT ${prefix}_people`);
    assert.equal(inner.map(({ parentSpanContext }) => parentSpanContext?.spanId), [request, request].map((one) => one.spanContext().spanId));
    assert.equal(inner.map(({ attributes }) => attributes['dataflow.operation']).sort(), ['count', 'read']);
    assert.is(trace.getSpan(context.active()), undefined);
  });

  test('reads that are sent as one have one span', async () => {
    await Promise.all([1, 2, 3].map((n) => db.models.Person.read({ id: `${secret}-${n}`, raiseOnNotFound: false })));
    const spans = takeSpans();
    // A synchronous SQLite sends each at once.
    assert.is(spans.length, place.name.startsWith('node:sqlite') || place.name.startsWith('better-sqlite3') ? 3 : 1);
    assert.equal(spans.map(({ name, attributes }) => [name, attributes['dataflow.operation']]), spans.map(() => [`SELECT ${prefix}_people`, 'read']));
  });

  test('a transaction has a span around those of its statements', async () => {
    await db.transaction(async (tx) => {
      await tx.models.Person.create(person(2));
      await tx.transaction(async (inner) => void (await inner.models.Person.count({})));
    });
    const spans = takeSpans();
    const outer = spans.find(({ name }) => name === 'transaction')!;
    assert.is(outer.kind, SpanKind.INTERNAL);
    const inside = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === outer.spanContext().spanId).map(({ name }) => name);
    assert.equal(inside, ['BEGIN', `INSERT ${prefix}_people`, 'SAVEPOINT', `SELECT ${prefix}_people`, 'RELEASE SAVEPOINT', 'COMMIT']);
    assert.is(spans.length, inside.length + 1);
  });

  test('a transaction that fails says with what', async () => {
    await fails('DF-530', () => db.transaction(async (tx) => void (await tx.models.Person.create(person(1)))));
    const spans = takeSpans();
    const outer = spans.find(({ name }) => name === 'transaction')!;
    assert.equal([outer.status.code, outer.attributes['error.type']], [SpanStatusCode.ERROR, 'DF-530']);
    assert.match(outer.status.message!, /^DF-530: Person\.create/);
    assert.ok(spans.some(({ name }) => name === 'ROLLBACK'));
    assert.not.match(JSON.stringify(spans.map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))), secret);
  });

  test('a bulk operation has a span around its batches', async () => {
    await db.models.Person.bulkCreate({ data: [3, 4, 5].map(person), batchSize: 2 });
    const spans = takeSpans();
    const outer = spans.find(({ name }) => name === 'Person.bulkCreate')!;
    assert.equal(outer.attributes, { 'dataflow.model': 'Person', 'dataflow.operation': 'bulkCreate' });
    const inside = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === outer.spanContext().spanId);
    assert.is(inside.length, spans.length - 1);
    const inserts = inside.filter(({ attributes }) => attributes['db.collection.name'] === `${prefix}_people`);
    const sizes = inserts.map(({ name, attributes }) => [name, attributes['db.operation.name'], attributes['db.operation.batch.size']]);
    // PostgreSQL takes a whole batch in one statement; of SQLite's, the second has one row.
    assert.equal(sizes, place.url === undefined
      ? [[`BATCH INSERT ${prefix}_people`, 'BATCH INSERT', 2], [`INSERT ${prefix}_people`, 'INSERT', undefined]]
      : [[`INSERT ${prefix}_people`, 'INSERT', undefined], [`INSERT ${prefix}_people`, 'INSERT', undefined]]);
  });

  test('a stream has a span around what it sends', async () => {
    let rows = 0;
    for await (const _ of (db.models.Person as any).stream({ batchSize: 2 })) rows++;
    assert.ok(rows > 2);
    const spans = takeSpans();
    const outer = spans.find(({ name }) => name === 'Person.stream')!;
    assert.is(outer.kind, SpanKind.INTERNAL);
    const inside = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === outer.spanContext().spanId);
    assert.is(inside.length, spans.length - 1);
    assert.ok(inside.some(({ name }) => name === (place.url === undefined ? `SELECT ${prefix}_people` : `FETCH ${prefix}_people`)), inside.map(({ name }) => name).join());
  });

  test('durations are a histogram in seconds with the buckets of the conventions', async () => {
    const { data, points } = await pointsOf('db.client.operation.duration', { ...common, 'db.query.summary': `INSERT ${prefix}_people` });
    assert.is(data!.descriptor.unit, 's');
    const ok = points.filter(({ attributes }) => attributes['error.type'] === undefined);
    const failed = points.filter(({ attributes }) => attributes['error.type'] !== undefined);
    assert.equal(ok[0]!.value.buckets.boundaries, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]);
    assert.equal([ok.length, failed.length, failed[0]!.value.count], [1, 1, 2]);
    assert.ok(ok[0]!.value.count >= 2 && ok[0]!.value.sum > 0 && ok[0]!.value.sum < 60);
    assert.equal(Object.keys(ok[0]!.attributes).sort(), [...Object.keys(common), 'db.operation.name', 'db.collection.name', 'db.query.summary'].sort());
  });

  test('each pool shows its connections until it is closed', async () => {
    const base = url === undefined ? common['db.namespace'] : `${url.host}${url.pathname}`;
    const poolName = 'db.client.connection.pool.name';
    const second = place.open({ schema, pool: { max: 3 } });
    await second.models.Person.count({}).catch(() => undefined);
    const names = async (): Promise<unknown[]> => (await pointsOf('db.client.connection.max', {})).points.map(({ attributes }) => attributes[poolName]);
    assert.ok((await names()).includes(base) && (await names()).includes(`${base}#2`), `${base}: ${await names()}`);
    const { points } = await pointsOf('db.client.connection.count', { [poolName]: base });
    assert.equal(points.map(({ attributes }) => attributes['db.client.connection.state']), ['idle', 'used']);
    assert.equal((await pointsOf('db.client.connection.pending_requests', { [poolName]: base })).points.map(({ value }) => value), [0]);
    await second.close();
    const third = place.open({ schema });
    await third.models.Person.count({}).catch(() => undefined);
    assert.equal((await names()).filter((name) => String(name).startsWith(String(base))), [base, `${base}#2`]);
    await third.close();
  });

  test('it can be switched off', async () => {
    const quiet = place.open({ schema: modelsOf('quiet').schema, telemetry: false });
    await quiet.models.Person.count({});
    assert.equal(takeSpans(), []);
    assert.is(observations.get(quiet)!.observer, undefined);
    await quiet.close();
  });

  test('an exporter that fails hinders nobody', async () => {
    const broken = trace.getTracer('dataflow-ts');
    const { startSpan } = Object.getPrototypeOf(broken) as typeof broken;
    let asked = 0;
    Object.getPrototypeOf(broken).startSpan = () => {
      asked++;
      throw new Error('no space left for spans');
    };
    try {
      assert.type((await db.models.Person.count({}) as { count: number }).count, 'number');
    } finally {
      Object.getPrototypeOf(broken).startSpan = startSpan;
    }
    assert.ok(asked > 0);
  });

  test.run();
}

const all = await places('telemetry');
all.forEach(beforeSetUp);
all.forEach((place, i) => define(place, i, i === all.length - 1));
