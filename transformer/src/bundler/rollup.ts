import { textOf, type Session } from './session.js';

/** The part of Rollup's plugin context that is used; Rolldown's and Vite's have it, too. */
export interface RollupContext {
  readonly addWatchFile: (path: string) => void;
  readonly warn: (log: RollupLog) => void;
  readonly error: (log: RollupLog) => never;
}

interface RollupLog {
  readonly message: string;
  readonly stack?: string;
  readonly id?: string;
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
}

/** Runs at the start of every build, and fails it when there are errors. */
export function startBuild(session: Session, context: RollupContext): void {
  const { errors, warnings } = session.run();
  // Before anything fails: a watching Rollup waits for a change of one of them.
  for (const file of session.files) context.addWatchFile(file);
  for (const warning of warnings) context.warn({ message: warning.text });
  const [first] = errors;
  if (!first) return;
  const { place } = first;
  context.error({
    message: textOf(errors),
    // Where in this package it was thrown says nothing to anybody.
    stack: '',
    ...(place && { id: place.path, loc: { file: place.path, line: place.line, column: place.column - 1 } }),
  });
}
