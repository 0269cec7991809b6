import { dfError } from '../errors/dataflow-error.js';
import { isMissing, loadPackage } from '../drivers/load-package.js';

/** The part of @opentelemetry/api that is used. Written down here because the package is optional. */
export interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string, version?: string): Tracer;
    setSpan(context: Context, span: Span): Context;
    getActiveSpan(): Span | undefined;
  };
  readonly metrics: { getMeter(name: string, version?: string): Meter };
  readonly context: {
    active(): Context;
    with<T>(context: Context, work: () => T): T;
  };
}

/** Whatever the registered manager makes of it. */
export type Context = object;
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Tracer {
  startSpan(name: string, options: { readonly kind: number; readonly attributes: Attributes }, context?: Context): Span;
}

export interface Span {
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  addEvent(name: string, attributes: Attributes): unknown;
  end(): void;
}

export interface Meter {
  createHistogram(name: string, options: { unit: string; description: string; advice: { explicitBucketBoundaries: number[] } }): Histogram;
  createObservableUpDownCounter(name: string, options: { unit: string; description: string }): Observable;
  addBatchObservableCallback(callback: (result: BatchResult) => void, observables: Observable[]): void;
  removeBatchObservableCallback(callback: (result: BatchResult) => void, observables: Observable[]): void;
}

export interface Histogram {
  record(value: number, attributes: Attributes): void;
}

/** An instrument that is read when metrics are collected. */
export type Observable = object;

export interface BatchResult {
  observe(instrument: Observable, value: number, attributes: Attributes): void;
}

/** Numbers of the API's enumerations. */
export const spanKind = { internal: 0, client: 2 } as const;
export const errorStatus = 2;

const name = '@opentelemetry/api';

/** Loads the API. DF-426 when its package is missing. */
export function loadOpenTelemetry(): OpenTelemetry {
  const loaded = loadPackage(name);
  if ('value' in loaded) return loaded.value as OpenTelemetry;
  const problem = isMissing(loaded.error, name) ? `the package ${name} is not installed` : `the package ${name} is there but cannot be loaded`;
  throw dfError('DF-426', { problem }, { cause: loaded.error });
}

/** The API when some program has registered a provider with it, whichever copy of the package it used. */
export function registeredOpenTelemetry(): OpenTelemetry | undefined {
  const registry = (globalThis as { [key: symbol]: { trace?: unknown; metrics?: unknown } | undefined })[Symbol.for('opentelemetry.js.api.1')];
  if (registry?.trace === undefined && registry?.metrics === undefined) return undefined;
  const loaded = loadPackage(name);
  return 'value' in loaded ? (loaded.value as OpenTelemetry) : undefined;
}
