import { attemptsText } from './attempts.js';
import { callSiteOf, deepenStacks, limitStacks, placeText, type CallSite } from './call-site.js';
import { catalog, type Code, type Placeholders } from './catalog.js';
import { fill, oneLine, type Applicability } from './catalog-entry.js';

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
 * How much an error says. `full`: everything. `minimal`: code, message, context and cause; `toString()` is the one line, `toJSON()`
 * has no causes, solutions and examples. `disabled`: as `full`, but what a driver raised is thrown as the driver's own error.
 */
export type ErrorMode = 'full' | 'minimal' | 'disabled';

type Data = Readonly<Record<string, string | number>>;

/**
 * Every failure DataFlow reports. Made by `dfError`, from the catalogue alone.
 *
 * `message` is one line and starts with the code. `toString()` and `enhancedMessage()` give the whole story for
 * people, `toJSON()` for machines. None of them holds a row's values or a secret. `cause` is the driver's or the user's own
 * error, as it came: its texts may hold both.
 */
export class DataFlowError extends Error {
  override readonly name = 'DataFlowError';
  readonly code: Code;
  /** Names around the failure: the placeholders of the code, and model, field, operation, node where known. */
  context: ErrorContext;
  /** What is filled into the texts. */
  readonly #data: Data;
  #mode: ErrorMode = 'full';
  /** Made where the error last passed an operation, for one that was made elsewhere, as by a timer. */
  #passed: { readonly stack?: unknown } | undefined;

  constructor(code: Code, data: Data, options: ErrorOptions = {}) {
    const texts = shortened(data);
    const message = oneLine(`${code}: ${fill(catalog[code].message, texts)}`);
    const before = deepenStacks();
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    limitStacks(before);
    this.code = code;
    this.context = { ...data, ...options.context };
    this.#data = texts;
  }

  get title(): string {
    return catalog[this.code].title;
  }

  get expected(): string | undefined {
    return this.#filled(catalog[this.code].expected);
  }

  get received(): string | undefined {
    return this.#filled(catalog[this.code].received);
  }

  get causes(): readonly string[] {
    return catalog[this.code].causes.map((text) => fill(text, this.#data));
  }

  get solutions(): readonly string[] {
    return catalog[this.code].solutions.map((text) => fill(text, this.#data));
  }

  /** Corrected code. */
  get example(): string {
    return fill(catalog[this.code].right, this.#data);
  }

  get fix(): Applicability {
    return catalog[this.code].fix;
  }

  /** Page of this code, relative to the repository's root. */
  get docsUrl(): string {
    return `docs/errors/${this.code}.md`;
  }

  /**
   * Where the user's code called DataFlow: read from the stack when it is asked for. Undefined when no frame of the user's is
   * on it, as when the call's promise was neither awaited nor returned from an async function.
   */
  get callSite(): CallSite | undefined {
    return callSiteOf(this.stack) ?? callSiteOf(this.#passed?.stack);
  }

  /** `errors.mode` of the `DataFlow` that it comes from. */
  get mode(): ErrorMode {
    return this.#mode;
  }

  /**
   * Adds names to the context that only the caller knows (node, operation, …); what is there already stays.
   * @param mode of the `DataFlow`, when the caller knows it
   */
  within(context: ErrorContext, mode?: ErrorMode): this {
    this.context = { ...context, ...this.context };
    const before = deepenStacks();
    Error.captureStackTrace((this.#passed = {}));
    limitStacks(before);
    return this.inMode(mode);
  }

  /** Sets how much it says, when that is known. */
  inMode(mode: ErrorMode | undefined): this {
    if (mode !== undefined) this.#mode = mode;
    return this;
  }

  /** The message with place, expected and received, causes, solutions and corrected code, for people; in mode `minimal` the message. */
  enhancedMessage(): string {
    if (this.#mode === 'minimal') return this.message;
    const { causes, solutions, expected, received, example } = this;
    const lines = [this.message];
    const place = this.#place();
    if (place.length) lines.push(`  at: ${place}`);
    const attempts = attemptsText(this.context['attempts']);
    if (attempts !== undefined) lines.push(`  attempts: ${attempts}`);
    if (expected !== undefined) lines.push(`  expected: ${expected}`);
    if (received !== undefined) lines.push(`  received: ${received}`);
    if (causes.length) lines.push(`  cause: ${causes[0]}`);
    for (const solution of solutions.slice(0, 2)) lines.push(`  fix: ${solution}`);
    if (example) lines.push('  right:', ...example.split('\n').map((line) => `    ${line}`));
    lines.push(`  more: dataflow explain ${this.code}`);
    return lines.join('\n');
  }

  override toString(): string {
    return this.enhancedMessage();
  }

  /** Code, message and context; except in mode `minimal` also the call site and all texts of the catalogue. Never the `cause`. */
  toJSON(): object {
    const { code, message, context } = this;
    if (this.#mode === 'minimal') return { code, message, context };
    const { title, callSite, expected, received, causes, solutions, example, fix, docsUrl } = this;
    return { code, title, message, context, callSite, expected, received, causes, solutions, example, fix, docsUrl };
  }

  /** `src/x.ts:12:5, workflow 'sign_up', node 'create_user', model User, …`. */
  #place(): string {
    const { model, field, operation, node, workflow, row } = this.context;
    const { callSite } = this;
    const parts = [
      callSite !== undefined && placeText(callSite),
      workflow !== undefined && `workflow '${workflow}'`,
      node !== undefined && `node '${node}'`,
      model !== undefined && `model ${model}`,
      operation !== undefined && `operation ${operation}`,
      field !== undefined && `field '${field}'`,
      row !== undefined && `row ${row}`,
    ];
    return parts.filter(Boolean).join(', ');
  }

  #filled(text: string | undefined): string | undefined {
    return text === undefined ? undefined : fill(text, this.#data);
  }
}

/** Names from untyped data may be of any length; texts are to be read. The context has them whole. */
const longest = 200;

function shortened(data: Data): Data {
  let short: Record<string, string | number> | undefined;
  for (const name in data) {
    const value = data[name]!;
    if (typeof value === 'string' && value.length > longest) (short ??= { ...data })[name] = `${value.slice(0, longest - 1)}…`;
  }
  return short ?? data;
}

/**
 * Makes the error of a code.
 * @param data the code's placeholders; TypeScript says which
 */
export function dfError<C extends Code>(code: C, data: Placeholders[C], options?: ErrorOptions): DataFlowError {
  return new DataFlowError(code, data as Data, options);
}
