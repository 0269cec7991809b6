import { catalog, type Code, type Placeholders } from './catalog.js';
import { fill, type Applicability } from './catalog-entry.js';
import type { SourcePlace } from '../schema/model-schema.js';

/**
 * Something a rule found wrong, as data. Rules about models and workflows return findings; the compiler plugin, the
 * CLI, the editor and `build()` only differ in what they make of them.
 */
export type Finding = { [C in Code]: FindingOf<C> }[Code];

export interface FindingOf<C extends Code> extends FindingDetails {
  readonly code: C;
  readonly data: Placeholders[C];
  /** Where it stands in source code, when it comes from source code. */
  readonly at?: SourcePlace;
}

export interface FindingDetails {
  /** Other places that matter: the model's declaration, the conflicting node. */
  readonly related?: readonly RelatedPlace[];
  /** Ways to put it right, the best one first. */
  readonly fixes?: readonly Fix[];
  /** A warning does not fail a build, except under `--strict`. Default `error`. */
  readonly severity?: 'error' | 'warning';
}

export interface RelatedPlace {
  readonly at: SourcePlace;
  readonly message: string;
}

/** Edits that belong together: all of them are applied, or none. */
export interface Fix {
  /** What it does, as an editor lists it: `Rename 'nme' to 'name'`. */
  readonly title: string;
  readonly applicability: Applicability;
  readonly edits: readonly Edit[];
}

/** Replaces the text from `start` to `end` (0-based offsets, `start === end` inserts). */
export interface Edit {
  /** Relative to the project, with `/`. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Makes a finding, checked like `dfError`. */
export function finding<C extends Code>(code: C, data: Placeholders[C], at?: SourcePlace, details?: FindingDetails): Finding {
  return { code, data, ...(at && { at }), ...details } as unknown as Finding;
}

/** `DF-101: …`, the one-line message. */
export function messageOf(found: Finding): string {
  return `${found.code}: ${fill(catalog[found.code].message, found.data as Record<string, string | number>)}`;
}
