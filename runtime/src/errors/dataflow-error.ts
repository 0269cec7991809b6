import { catalog, type Code, type Placeholders } from './catalog.js';
import { fill, type Applicability } from './catalog-entry.js';

/** Where in the user's work an error belongs. Every part is optional; values are names from the user's code. */
export interface ErrorContext {
  readonly model?: string;
  readonly field?: string;
  readonly operation?: string;
  /** Id of the workflow node. */
  readonly node?: string;
  readonly workflow?: string;
  /** Position of the row in a bulk operation's `data`, counted from 0. */
  readonly row?: number;
  readonly [key: string]: unknown;
}

export interface ErrorOptions {
  /** The error that led to this one, kept as `cause`. */
  readonly cause?: unknown;
  readonly context?: ErrorContext;
}

/**
 * Every failure DataFlow reports. Made by `dfError`, from the catalogue alone.
 *
 * `message` is one line and starts with the code. `toString()` and `enhancedMessage()` give the whole story for
 * people, `toJSON()` for machines. None of them holds a row's values or a secret.
 */
export class DataFlowError extends Error {
  override readonly name = 'DataFlowError';
  readonly code: Code;
  readonly title: string;
  /** Names around the failure: the placeholders of the code, and model, field, operation, node where known. */
  context: ErrorContext;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly causes: readonly string[];
  readonly solutions: readonly string[];
  /** Corrected code. */
  readonly example: string;
  readonly fix: Applicability;
  /** Page of this code, relative to the repository's root. */
  readonly docsUrl: string;

  constructor(code: Code, data: Readonly<Record<string, string | number>>, options: ErrorOptions = {}) {
    const entry = catalog[code];
    super(`${code}: ${fill(entry.message, data)}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.title = entry.title;
    this.context = { ...data, ...options.context };
    this.expected = entry.expected === undefined ? undefined : fill(entry.expected, data);
    this.received = entry.received === undefined ? undefined : fill(entry.received, data);
    this.causes = entry.causes.map((text) => fill(text, data));
    this.solutions = entry.solutions.map((text) => fill(text, data));
    this.example = fill(entry.right, data);
    this.fix = entry.fix;
    this.docsUrl = `docs/errors/${code}.md`;
  }

  /** Adds names to the context that only the caller knows (node, operation, …); what is there already stays. */
  within(context: ErrorContext): this {
    this.context = { ...context, ...this.context };
    return this;
  }

  /** The message with place, expected and received, causes, solutions and corrected code, for people. */
  enhancedMessage(): string {
    const { model, field, operation, node, workflow, row } = this.context;
    const place = [
      workflow !== undefined && `workflow '${workflow}'`,
      node !== undefined && `node '${node}'`,
      model !== undefined && `model ${model}`,
      operation !== undefined && `operation ${operation}`,
      field !== undefined && `field '${field}'`,
      row !== undefined && `row ${row}`,
    ].filter(Boolean);
    const lines = [this.message];
    if (place.length) lines.push(`  at: ${place.join(', ')}`);
    if (this.expected !== undefined) lines.push(`  expected: ${this.expected}`);
    if (this.received !== undefined) lines.push(`  received: ${this.received}`);
    if (this.causes.length) lines.push(`  cause: ${this.causes[0]}`);
    for (const solution of this.solutions.slice(0, 2)) lines.push(`  fix: ${solution}`);
    if (this.example) lines.push('  right:', ...this.example.split('\n').map((line) => `    ${line}`));
    lines.push(`  more: dataflow explain ${this.code}`);
    return lines.join('\n');
  }

  override toString(): string {
    return this.enhancedMessage();
  }

  toJSON(): object {
    const { code, title, message, context, expected, received, causes, solutions, example, fix, docsUrl } = this;
    return { code, title, message, context, expected, received, causes, solutions, example, fix, docsUrl };
  }
}

/**
 * Makes the error of a code.
 * @param data the code's placeholders; TypeScript says which
 */
export function dfError<C extends Code>(code: C, data: Placeholders[C], options?: ErrorOptions): DataFlowError {
  return new DataFlowError(code, data as Readonly<Record<string, string | number>>, options);
}
