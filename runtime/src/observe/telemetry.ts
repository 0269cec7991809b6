import { DataFlowError } from '../errors/dataflow-error.js';
import type { TransactionAttempt } from '../errors/attempts.js';
import type { Activity, StatementActivity, Watched, Watcher } from './activity.js';
import { databaseCode, errorCode } from './error-code.js';
import { errorStatus, spanKind, type Attributes, type Histogram, type Meter, type OpenTelemetry, type Tracer } from './opentelemetry.js';
import { summaryOf, verbOf } from './statement-text.js';
import { observePool } from './telemetry-pool.js';

const scope = 'dataflow-ts';
/** In seconds; what the database conventions ask for. */
const durationBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const defaultPort = 5432;

/**
 * Spans and metrics after the stable OpenTelemetry conventions for databases: a client span and a measured duration for every statement,
 * and internal spans for what has several: bulk operations, transactions, workflows and their nodes.
 */
export class Telemetry implements Watcher {
  readonly statements = true;
  readonly #api: OpenTelemetry;
  readonly #tracer: Tracer;
  readonly #meter: Meter;
  readonly #duration: Histogram;
  /** Of the database. */
  #common: Attributes = {};
  #stopPool: (() => void) | undefined;

  constructor(api: OpenTelemetry) {
    this.#api = api;
    this.#tracer = api.trace.getTracer(scope);
    this.#meter = api.metrics.getMeter(scope);
    this.#duration = this.#meter.createHistogram('db.client.operation.duration', {
      unit: 's',
      description: 'Duration of database client operations.',
      advice: { explicitBucketBoundaries: durationBuckets },
    });
  }

  opened({ driver, place }: Watched): void {
    const { database, host, port } = place;
    this.#common = {
      'db.system.name': driver.dialect === 'postgres' ? 'postgresql' : 'sqlite',
      'db.namespace': database,
      ...(host !== undefined && { 'server.address': host }),
      ...(port !== undefined && port !== defaultPort && { 'server.port': port }),
    };
    this.#stopPool = observePool(this.#meter, driver, place);
  }

  closed(): void {
    this.#stopPool?.();
  }

  started(activity: Activity): void {
    const { name, kind, attributes } = this.#describe(activity) ?? {};
    if (name === undefined) return;
    activity.span = this.#tracer.startSpan(name, { kind: kind!, attributes: attributes! }, this.#api.context.active());
  }

  ended(activity: Activity, ms: number, error: unknown): void {
    const { span } = activity;
    if (activity.kind === 'statement') this.#duration.record(ms / 1000, { ...this.#measured(activity), ...failure(error) });
    if (span === undefined) return;
    if (error !== undefined) {
      span.setAttributes(failure(error));
      // DataFlow's messages hold no values; those of drivers may.
      span.setStatus({ code: errorStatus, ...(error instanceof DataFlowError && { message: error.message }) });
    }
    span.end();
  }

  retried({ code, waitMs }: TransactionAttempt, number: number): void {
    this.#api.trace.getActiveSpan()?.addEvent('dataflow.transaction.retry', { 'dataflow.attempt': number, 'error.type': code, 'dataflow.wait_ms': waitMs });
  }

  within<T>(activity: Activity, work: () => T): T {
    const { context, trace } = this.#api;
    return context.with(trace.setSpan(context.active(), activity.span!), work);
  }

  #describe(activity: Activity): SpanStart | undefined {
    const internal = (name: string, attributes: Attributes): SpanStart => ({ name, kind: spanKind.internal, attributes });
    switch (activity.kind) {
      case 'statement': {
        const attributes: Attributes = { ...this.#measured(activity), 'db.query.text': activity.statement.text, ...(activity.size > 1 && { 'db.operation.batch.size': activity.size }) };
        const { by } = activity;
        return { name: attributes['db.query.summary'] as string, kind: spanKind.client, attributes: by === undefined ? attributes : { ...attributes, ...operationNames(by) } };
      }
      case 'operation':
        // The others send one statement, whose span says it all.
        return activity.operation.startsWith('bulk') || activity.operation === 'stream' ? internal(`${activity.model.name}.${activity.operation}`, operationNames(activity)) : undefined;
      case 'transaction':
        return internal('transaction', {});
      case 'workflow':
        return internal(`workflow ${activity.workflow}`, { 'dataflow.workflow': activity.workflow, 'dataflow.run_id': activity.runId });
      case 'node':
        return internal(`node ${activity.name}`, { 'dataflow.workflow': activity.workflow, 'dataflow.run_id': activity.runId, 'dataflow.node': activity.name });
      case 'tables':
        return undefined;
    }
  }

  /** What span and duration of a statement share. */
  #measured(activity: StatementActivity): Attributes {
    const { statement, size, by } = activity;
    const batch = size > 1 ? 'BATCH ' : '';
    return {
      ...this.#common,
      'db.operation.name': batch + verbOf(statement),
      ...(by !== undefined && { 'db.collection.name': by.model.schema.table }),
      'db.query.summary': batch + summaryOf(activity),
    };
  }
}

interface SpanStart {
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
}

function operationNames({ model, operation }: Activity & { kind: 'operation' }): Attributes {
  return { 'dataflow.model': model.name, 'dataflow.operation': operation };
}

function failure(error: unknown): Attributes {
  if (error === undefined) return {};
  const code = databaseCode(error);
  return { 'error.type': errorCode(error), ...(code !== undefined && { 'db.response.status_code': code }) };
}
