import { readFileSync } from 'node:fs';
import type { Applicability } from 'dataflow-ts/compiler';
import { packageFile } from '../../package-files.js';

/** One code with everything that its file in `catalog/` says. */
export interface Page {
  readonly code: string;
  readonly title: string;
  /** The first line of the error, with `{placeholders}`. */
  readonly message: string;
  readonly expected?: string;
  readonly received?: string;
  readonly fix: Applicability;
  /** The code is not raised any more. */
  readonly retired?: true;
  readonly what: string;
  readonly causes: readonly string[];
  readonly solutions: readonly string[];
  /** Failing and corrected example code. */
  readonly wrong: string;
  readonly right: string;
  /** What follows the front matter, as Markdown. */
  readonly body: string;
}

/** The whole catalogue, sorted by code, from the file that the build puts into this package. */
export function readPages(): Page[] {
  return JSON.parse(readFileSync(packageFile('dist/catalog.json'), 'utf8')) as Page[];
}

/** `DF-101` from `DF-101`, `df101`, `101`, and what TypeScript prints: `TS90101`. Anything else as it is, in capitals. */
export function codeFrom(text: string): string {
  const digits = /^(?:df-?|ts90|90)?(\d{3})$/i.exec(text.trim())?.[1];
  return digits === undefined ? text.trim().toUpperCase() : `DF-${digits}`;
}
