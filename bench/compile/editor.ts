/** How long an editor waits for tsserver, with and without the plugin. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { median } from '../run/ratios.js';
import { tsconfig, write } from './generate.js';
import { peer } from './peers/dataflow.js';

const tsserver = join(import.meta.dirname, '../../node_modules/typescript/lib/tsserver.js');

export interface EditorCost {
  readonly models: number;
  readonly plugin: boolean;
  /** Completion of a filter's field after a keystroke. Milliseconds, median. */
  readonly completionMs: number;
  /** All diagnostics of the open file after a keystroke. */
  readonly diagnosticsMs: number;
}

/** tsserver over stdio: one request at a time. */
class Server {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (body: unknown) => void>();
  #seq = 0;

  constructor(cwd: string) {
    this.#child = spawn(process.execPath, [tsserver, '--disableAutomaticTypingAcquisition'], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const message = JSON.parse(line) as { type: string; request_seq?: number; body?: unknown };
      if (message.type === 'response') this.#waiting.get(message.request_seq!)?.(message.body);
    });
  }

  notify(command: string, args: object): void {
    this.#child.stdin!.write(`${JSON.stringify({ seq: ++this.#seq, type: 'request', command, arguments: args })}\n`);
  }

  request(command: string, args: object): Promise<unknown> {
    return new Promise((resolve) => {
      this.notify(command, args);
      this.#waiting.set(this.#seq, resolve);
    });
  }

  stop(): void {
    this.#child.kill();
  }
}

export async function measureEditor(folder: string, models: number, repeat: number, log: (line: string) => void): Promise<EditorCost[]> {
  const costs: EditorCost[] = [];
  const files = await peer.files(models, join(folder, 'editor'));
  for (const plugin of [false, true]) {
    const at = join(folder, `editor-${plugin}`);
    rmSync(at, { recursive: true, force: true });
    write(at, { ...files, 'tsconfig.json': tsconfig({ plugin }), 'package.json': '{ "type": "module" }' });
    const file = join(at, 'calls-0.ts');
    const text = readFileSync(file, 'utf8');
    const line = text.slice(0, text.indexOf('filter: { active')).split('\n').length;
    const column = text.split('\n')[line - 1]!.indexOf('filter: { active') + 'filter: { '.length + 1;
    const server = new Server(at);
    server.notify('open', { file, fileContent: text });
    const [completions, diagnostics]: [number[], number[]] = [[], []];
    for (let i = 0; i < repeat + 2; i++) {
      // A keystroke, so that nothing is answered from what was computed before.
      server.notify('change', { file, line, offset: column, endLine: line, endOffset: column, insertString: ' ' });
      const start = performance.now();
      const found = (await server.request('completionInfo', { file, line, offset: column })) as { entries?: { name: string }[] } | undefined;
      const afterCompletion = performance.now();
      if (!found?.entries?.some(({ name }) => name === 'email')) throw new Error(`no completion of a field in ${file}:${line}:${column}`);
      await server.request('semanticDiagnosticsSync', { file });
      // The first ones open the project.
      if (i < 2) continue;
      completions.push(afterCompletion - start);
      diagnostics.push(performance.now() - afterCompletion);
    }
    server.stop();
    costs.push({ models, plugin, completionMs: median(completions), diagnosticsMs: median(diagnostics) });
    log(`editor ${plugin ? 'with' : 'without'} the plugin`);
    rmSync(at, { recursive: true });
  }
  return costs;
}
