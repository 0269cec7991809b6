import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A diagnostic as tsc printed it, or text of another kind. */
export interface Block {
  /** As printed, with colours and code frame, without empty lines around it. */
  readonly text: string;
  readonly diagnostic?: PrintedDiagnostic;
}

export interface PrintedDiagnostic {
  /** Absolute; undefined when it is about the project. */
  readonly path: string | undefined;
  readonly line: number;
  readonly column: number;
  readonly isError: boolean;
  readonly message: string;
  /** `2322`. */
  readonly code: number;
}

export interface Output {
  /** In the order of printing. */
  readonly blocks: readonly Block[];
}

const header = /^(?:(?<path>.+?)(?:\((?<line>\d+),(?<column>\d+)\): |:(?<prettyLine>\d+):(?<prettyColumn>\d+) - ))?(?<category>error|warning|message) TS(?<code>\d+): (?<message>.*)$/;
/** Further lines of a message, code frames, and what they refer to. */
const continuation = /^(\s|$|\d+ |\d+$|\.\.\.)/;
const summary = /^Found \d+ errors?( in |\.)/;

/** Takes apart what tsc printed, plain or pretty. Its summary is left out: the numbers may be others in the end. */
export function parseOutput(text: string, cwd: string): Output {
  const blocks: { lines: string[]; diagnostic?: PrintedDiagnostic }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const plain = stripVTControlCharacters(line);
    if (summary.test(plain)) break;
    const diagnostic = diagnosticIn(plain, cwd);
    const last = blocks.at(-1);
    if (diagnostic) blocks.push({ lines: [line], diagnostic });
    else if (last && (last.diagnostic === undefined || continuation.test(plain))) last.lines.push(line);
    else blocks.push({ lines: [line] });
  }
  return {
    blocks: blocks
      .map(({ lines, diagnostic }) => ({ text: lines.join('\n').replace(/^(\s*\n)+|\s+$/g, ''), ...(diagnostic && { diagnostic }) }))
      .filter((block) => block.text !== ''),
  };
}

function diagnosticIn(line: string, cwd: string): PrintedDiagnostic | undefined {
  const parts = header.exec(line)?.groups;
  if (!parts) return undefined;
  return {
    path: parts['path'] === undefined ? undefined : resolve(cwd, parts['path']),
    line: Number(parts['line'] ?? parts['prettyLine'] ?? 0),
    column: Number(parts['column'] ?? parts['prettyColumn'] ?? 0),
    isError: parts['category'] === 'error',
    message: parts['message']!,
    code: Number(parts['code']),
  };
}
