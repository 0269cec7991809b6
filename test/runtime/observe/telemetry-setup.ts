import { context, metrics, trace, type Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader, type MetricData } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';

const spanExporter = new InMemorySpanExporter();
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });

let registered = false;

/** Sets up OpenTelemetry as a program does, with exporters that keep everything. */
export function register(): void {
  if (registered) return;
  registered = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] }));
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
}

/** The spans that ended since the last call. */
export function takeSpans(): ReadableSpan[] {
  const spans = [...spanExporter.getFinishedSpans()];
  spanExporter.reset();
  return spans;
}

/** An instrument's latest points, those whose attributes hold the given ones. */
export async function pointsOf(name: string, wanted: Attributes): Promise<{ data: MetricData | undefined; points: readonly { attributes: Attributes; value: any }[] }> {
  metricExporter.reset();
  await reader.forceFlush();
  const [collected] = metricExporter.getMetrics();
  const data = collected?.scopeMetrics.flatMap((scope) => scope.metrics).find(({ descriptor }) => descriptor.name === name);
  const points = (data?.dataPoints ?? []).filter(({ attributes }) => Object.entries(wanted).every(([key, value]) => attributes[key] === value));
  return { data, points };
}

export async function shutDown(): Promise<void> {
  await reader.shutdown();
}
