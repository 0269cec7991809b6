import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { server } from 'typescript';

export interface Position {
  readonly line: number;
  readonly offset: number;
}

interface Message {
  readonly type: 'response' | 'event';
  readonly request_seq?: number;
  readonly event?: string;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: unknown;
}

/** A tsserver as editors run it, spoken to over stdio. */
export class TsserverClient {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, { resolve(message: Message): void; reject(error: Error): void }>();
  readonly #ended: Promise<unknown>;
  readonly #texts = new Map<string, string>();
  readonly #listeners = new Set<(event: string, body: unknown) => void>();
  /** Names of the events so far. */
  readonly events: string[] = [];
  #sequence = 0;
  #unread: Buffer = Buffer.alloc(0);

  /** @param script tsserver.js of the TypeScript that the project has */
  constructor(script: string, cwd: string, ...options: string[]) {
    const args = [script, '--disableAutomaticTypingAcquisition', ...options];
    const { NODE_OPTIONS: _, ...env } = process.env;
    this.#process = spawn(process.execPath, args, { cwd, env });
    this.#process.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#process.stderr.resume();
    this.#ended = new Promise((resolve) => this.#process.once('exit', resolve));
    void this.#ended.then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error('tsserver ended'));
    });
  }

  #take(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const head = this.#unread.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#unread.toString('utf8', 0, head))![1]);
      const end = head + 4 + length;
      if (this.#unread.length < end) return;
      const message = JSON.parse(this.#unread.toString('utf8', head + 4, end)) as Message;
      this.#unread = this.#unread.subarray(end);
      if (message.event !== undefined) {
        this.events.push(message.event);
        for (const listener of this.#listeners) listener(message.event, message.body);
      }
      const waiting = message.type === 'response' && this.#waiting.get(message.request_seq!);
      if (!waiting) continue;
      this.#waiting.delete(message.request_seq!);
      waiting.resolve(message);
    }
  }

  #send(command: string, args: object | undefined): number {
    const seq = ++this.#sequence;
    this.#process.stdin.write(`${JSON.stringify({ seq, type: 'request', command, arguments: args })}\n`);
    return seq;
  }

  /** Sends a request and gives the body of the answer; undefined where the server says that there is nothing. */
  async request<T>(command: string, args?: object): Promise<T> {
    const seq = this.#send(command, args);
    const timer = setTimeout(() => {
      this.#waiting.get(seq)?.reject(new Error(`tsserver did not answer ${command}`));
      this.#waiting.delete(seq);
    }, 60_000);
    const message = await new Promise<Message>((resolve, reject) => this.#waiting.set(seq, { resolve, reject })).finally(() => clearTimeout(timer));
    if (message.success === false && message.message !== 'No content available.') throw new Error(`${command}: ${message.message}`);
    return message.body as T;
  }

  open(file: string, text: string): void {
    this.#texts.set(file, text);
    this.#send('open', { file, fileContent: text });
  }

  close(file: string): void {
    this.#texts.delete(file);
    this.#send('close', { file });
  }

  /** Replaces the text of an open file in the editor; the disk does not change. */
  type(file: string, text: string): void {
    const end = positionAt(this.text(file), this.text(file).length);
    this.#texts.set(file, text);
    this.#send('change', { file, line: 1, offset: 1, endLine: end.line, endOffset: end.offset, insertString: text });
  }

  text(file: string): string {
    const text = this.#texts.get(file);
    if (text === undefined) throw new Error(`${file} is not open`);
    return text;
  }

  /** The place of `|` in a piece of the text of an open file: `addConnection('|'`. */
  at(file: string, marked: string): { file: string } & Position {
    const before = marked.indexOf('|');
    const start = this.text(file).indexOf(marked.replace('|', ''));
    if (before < 0 || start < 0) throw new Error(`${marked} is not in ${file}`);
    return { file, ...positionAt(this.text(file), start + before) };
  }

  diagnostics(file: string): Promise<server.protocol.Diagnostic[]> {
    return this.request('semanticDiagnosticsSync', { file });
  }

  /** The semantic diagnostics that come as events, as editors ask for them. */
  async checked(file: string): Promise<server.protocol.Diagnostic[]> {
    const found = new Promise<server.protocol.Diagnostic[]>((resolve) => {
      const listener = (event: string, body: unknown): void => {
        const { file: of, diagnostics } = (body ?? {}) as server.protocol.DiagnosticEventBody;
        if (event !== 'semanticDiag' || of !== file) return;
        this.#listeners.delete(listener);
        resolve(diagnostics);
      };
      this.#listeners.add(listener);
    });
    this.#send('geterr', { files: [file], delay: 0 });
    return found;
  }

  hover(file: string, marked: string): Promise<server.protocol.QuickInfoResponseBody | undefined> {
    return this.request('quickinfo', this.at(file, marked));
  }

  async completions(file: string, marked: string): Promise<server.protocol.CompletionEntry[]> {
    const info = await this.request<server.protocol.CompletionInfo | undefined>('completionInfo', this.at(file, marked));
    return [...(info?.entries ?? [])];
  }

  async definition(file: string, marked: string): Promise<server.protocol.FileSpan[]> {
    const body = await this.request<server.protocol.DefinitionInfoAndBoundSpan>('definitionAndBoundSpan', this.at(file, marked));
    return [...body.definitions];
  }

  fixes(file: string, { start, end, code }: server.protocol.Diagnostic): Promise<server.protocol.CodeFixAction[]> {
    return this.request('getCodeFixes', { file, startLine: start.line, startOffset: start.offset, endLine: end.line, endOffset: end.offset, errorCodes: [code] });
  }

  async stop(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }
}

export function positionAt(text: string, at: number): Position {
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length, offset: lines.at(-1)!.length + 1 };
}

/** A text with the changes of a fix. */
export function withChanges(text: string, changes: readonly server.protocol.CodeEdit[]): string {
  const lines = text.split('\n');
  const place = ({ line, offset }: Position) => lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + offset - 1;
  return [...changes]
    .map(({ start, end, newText }) => ({ start: place(start), end: place(end), newText }))
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}

/** Waits until something is so, at most 20 seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
