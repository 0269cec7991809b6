import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSchema } from 'dataflow-ts/compiler';

/**
 * Says whether a folder already holds what the models generate, without generating it: a hash over the generator, the models and
 * the files of the folder, kept in `node_modules/.cache/dataflow` of the project. Without a `node_modules` nothing is kept.
 */
export class Fingerprint {
  readonly #file: string | undefined;
  readonly #input: string;

  /** @param outDir absolute path of the folder; @param models everything that the files are made from */
  constructor(folder: string, outDir: string, models: readonly ModelSchema[]) {
    const cache = cacheFolder(folder);
    this.#file = cache && join(cache, `${hash([outDir])}.txt`);
    this.#input = hash([generatorState(), outDir, JSON.stringify(models)]);
  }

  /** Whether these files, by name, are what was last remembered for these models. */
  matches(texts: ReadonlyMap<string, string>): boolean {
    if (this.#file === undefined || !existsSync(this.#file)) return false;
    return readFileSync(this.#file, 'utf8') === this.#of(texts);
  }

  remember(texts: ReadonlyMap<string, string>): void {
    if (this.#file === undefined) return;
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      writeFileSync(this.#file, this.#of(texts));
    } catch {
      // A cache that cannot be written only costs time.
    }
  }

  #of(texts: ReadonlyMap<string, string>): string {
    return hash([this.#input, ...[...texts].sort(([a], [b]) => (a < b ? -1 : 1)).flat()]);
  }
}

function hash(parts: readonly string[]): string {
  const sum = createHash('sha1');
  for (const part of parts) sum.update(`${part.length}:${part}`);
  return sum.digest('hex');
}

function cacheFolder(folder: string): string | undefined {
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, 'node_modules'))) return join(above, 'node_modules/.cache/dataflow');
    if (dirname(above) === above) return undefined;
  }
}

let state: string | undefined;

/** Changes with every build of this package and of dataflow-ts, whose SQL is in the files. */
function generatorState(): string {
  if (state === undefined) {
    const own = dirname(fileURLToPath(import.meta.url));
    const runtime = dirname(fileURLToPath(import.meta.resolve('dataflow-ts/compiler')));
    const folders = [own, join(own, 'generator'), join(own, 'templates'), runtime, join(runtime, 'sql')].filter((path) => existsSync(path));
    const files = folders.flatMap((folder) => readdirSync(folder).filter((name) => /(?<!\.d)\.(?:js|ts|hbs)$/.test(name)).map((name) => join(folder, name)));
    state = files.map((path) => `${path} ${statSync(path).mtimeMs} ${statSync(path).size}`).join('\n');
  }
  return state;
}
