import { catalog, type Code, type Placeholders } from './catalog.js';
import { fill } from './catalog-entry.js';
import type { SourcePlace } from '../schema/model-schema.js';

/**
 * Something a rule found wrong, as data. Rules about models and workflows return findings; the compiler plugin, the
 * CLI and `build()` only differ in what they make of them.
 */
export type Finding = { [C in Code]: FindingOf<C> }[Code];

export interface FindingOf<C extends Code> {
  readonly code: C;
  readonly data: Placeholders[C];
  /** Where it stands in source code, when it comes from source code. */
  readonly at?: SourcePlace;
}

/** Makes a finding, checked like `dfError`. */
export function finding<C extends Code>(code: C, data: Placeholders[C], at?: SourcePlace): Finding {
  return { code, data, ...(at && { at }) } as unknown as Finding;
}

/** `DF-101: …`, the one-line message. */
export function messageOf(found: Finding): string {
  return `${found.code}: ${fill(catalog[found.code].message, found.data as Record<string, string | number>)}`;
}
