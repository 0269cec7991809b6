import { applyEdits, findNodeAtLocation, modify, parse, parseTree, type FormattingOptions, type JSONPath, type ParseError } from 'jsonc-parser';

/** A JSON file that may hold comments, to which entries are added; everything else in it stays as it is. */
export class JsonText {
  #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** Why the text is not a JSON object; undefined when it is one. */
  get problem(): string | undefined {
    const errors: ParseError[] = [];
    const root = parseTree(this.#text, errors, { allowTrailingComma: true });
    if (root?.type !== 'object') return 'it is not a JSON object';
    const [error] = errors;
    return error && `it has a syntax error in line ${this.#text.slice(0, error.offset).split('\n').length}`;
  }

  /** The value at a path; undefined when there is none. */
  get(path: JSONPath): unknown {
    let value: unknown = parse(this.#text, [], { allowTrailingComma: true });
    for (const key of path) value = typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string | number, unknown>)[key] : undefined;
    return value;
  }

  /** Adds an entry and says whether it did: an entry that is there stays. */
  add(path: JSONPath, value: unknown): boolean {
    if (this.get(path) !== undefined) return false;
    this.#text = applyEdits(this.#text, modify(this.#text, path, value, { formattingOptions: formatOf(this.#text) }));
    return true;
  }

  /** Adds an object to a list that is there, as its first element: comments behind the others stay with them. */
  prepend(path: JSONPath, value: object): void {
    const list = findNodeAtLocation(parseTree(this.#text, [], { allowTrailingComma: true })!, path)!;
    const line = JSON.stringify(value, undefined, 1).replace(/\n */g, ' ');
    const first = list.children?.[0];
    const at = first?.offset ?? list.offset + 1;
    // What stands before the first element on its line, when that is only indentation.
    const indent = /(?:\r?\n)[ \t]*$/.exec(this.#text.slice(0, at))?.[0];
    this.#text = this.#text.slice(0, at) + line + (first ? `,${indent ?? ' '}` : '') + this.#text.slice(at);
  }
}

/** Indentation and line ends as the text has them. */
function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return indent.startsWith('\t') ? { insertSpaces: false, tabSize: 4, eol } : { insertSpaces: true, tabSize: indent.length, eol };
}
