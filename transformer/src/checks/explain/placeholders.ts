import type { Column } from 'dataflow-ts/compiler';

/** A value of the right type, to be replaced. */
export function placeholder({ type }: Column): string {
  switch (type.kind) {
    case 'enum': return JSON.stringify(type.values[0] ?? '').replaceAll('"', "'");
    case 'number': case 'int': return '0';
    case 'bigint': return '0n';
    case 'decimal': return "'0'";
    case 'boolean': return 'false';
    case 'date': return 'new Date()';
    case 'dateOnly': return "'2024-01-31'";
    case 'uuid': return "'00000000-0000-4000-8000-000000000000'";
    case 'bytes': return 'new Uint8Array()';
    case 'json': return '{}';
    case 'array': return '[]';
    case 'string': return "'…'";
  }
}
