/** How long a change takes under `--watch`, with the plugin and without. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median } from '../run/ratios.js';
import { compilers } from './compiler.js';
import { tsconfig, write } from './generate.js';
import { peer } from './peers/dataflow.js';

export interface WatchCost {
  readonly models: number;
  readonly plugin: boolean;
  /** What was saved: a file of calls, or the models. */
  readonly change: 'usage' | 'model';
  /** From saving the file to the end of the compilation, TypeScript's wait of a quarter of a second included. Median. */
  readonly wallMs: number;
  /** User CPU of the compiler for it. */
  readonly userMs: number;
}

interface Event {
  readonly event: 'begin' | 'end';
  readonly userMs: number;
  readonly errors: number;
  readonly at: number;
}

/** A compiler that watches. Writing generated files may begin another round, so a compilation is at its end when none follows. */
class Watched {
  readonly #child: ChildProcess;
  #events: Event[] = [];
  #heard: () => void = () => undefined;
  #ended: string | undefined;

  constructor(readonly at: string, plugin: boolean) {
    const command = ['--max-old-space-size=8192', '--require', join(import.meta.dirname, 'watch.cjs'), compilers[plugin ? 'tspc' : 'TypeScript 5.9'], '-p', at, '--watch', '--preserveWatchOutput'];
    this.#child = spawn(process.execPath, command, { cwd: at, stdio: ['ignore', 'ignore', 'pipe'] });
    createInterface({ input: this.#child.stderr! }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      this.#events.push({ ...(JSON.parse(line) as Event), at: performance.now() });
      this.#heard();
    });
    this.#child.on('exit', (status) => {
      this.#ended = `ended with ${status}`;
      this.#heard();
    });
  }

  /** @throws Error when the project does not compile: a figure of a failed run means nothing */
  async compiled(): Promise<Event> {
    const quietMs = 1000;
    for (;;) {
      const last = this.#events.at(-1);
      const timeout = last?.event === 'end' ? quietMs : undefined;
      const isQuiet = await new Promise<boolean>((resolve) => {
        const timer = timeout === undefined ? undefined : setTimeout(() => resolve(true), timeout);
        this.#heard = () => {
          clearTimeout(timer);
          resolve(false);
        };
      });
      if (this.#ended !== undefined) throw new Error(`the compiler that watches ${this.at} ${this.#ended}`);
      if (!isQuiet) continue;
      this.#events = [];
      if (last!.errors > 0) throw new Error(`${this.at} does not compile while it is watched`);
      return last!;
    }
  }

  stop(): void {
    this.#child.kill();
  }
}

export async function measureWatch(folder: string, models: number, repeat: number, log: (line: string) => void): Promise<WatchCost[]> {
  const files = await peer.files(models, join(folder, 'watch'));
  const watched: { readonly plugin: boolean; readonly compiler: Watched; userMs: number }[] = [];
  for (const plugin of [false, true]) {
    const at = join(folder, `watch-${plugin}`);
    rmSync(at, { recursive: true, force: true });
    write(at, { ...files, 'tsconfig.json': tsconfig({ plugin, emit: true }), 'package.json': '{ "type": "module" }' });
    const compiler = new Watched(at, plugin);
    watched.push({ plugin, compiler, userMs: (await compiler.compiled()).userMs });
    log(`watch ${plugin ? 'with' : 'without'} the plugin`);
  }
  const figures = new Map<string, { readonly cost: Pick<WatchCost, 'plugin' | 'change'>; readonly wallMs: number[]; readonly userMs: number[] }>();
  // The first round does not count.
  for (let i = 0; i <= repeat; i++) {
    for (const change of ['usage', 'model'] as const) {
      for (const one of watched) {
        const { plugin, compiler } = one;
        const start = performance.now();
        save(compiler.at, change, i);
        const { at, userMs } = await compiler.compiled();
        const key = `${plugin} ${change}`;
        if (!figures.has(key)) figures.set(key, { cost: { plugin, change }, wallMs: [], userMs: [] });
        if (i > 0) {
          figures.get(key)!.wallMs.push(at - start);
          figures.get(key)!.userMs.push(userMs - one.userMs);
        }
        one.userMs = userMs;
      }
    }
    log(`watch ${i} of ${repeat}`);
  }
  for (const { compiler } of watched) {
    compiler.stop();
    rmSync(compiler.at, { recursive: true, force: true });
  }
  return [...figures.values()].map(({ cost, wallMs, userMs }) => ({ models, ...cost, wallMs: median(wallMs), userMs: median(userMs) }));
}

/** A field more in the first model and then one less; a constant of another value in a file of calls. */
function save(at: string, change: WatchCost['change'], round: number): void {
  const name = change === 'model' ? 'models.ts' : 'calls-0.ts';
  const text = readFileSync(join(at, name), 'utf8');
  if (change === 'usage') return write(at, { [name]: `${text.replace(/export const changed = \d+;\n$/, '')}export const changed = ${round};\n` });
  const extra = '  extra!: number | null;\n';
  write(at, { [name]: text.includes(extra) ? text.replace(extra, '') : text.replace('  note!: string | null;\n', `$&${extra}`) });
}
