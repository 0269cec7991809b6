import { statSync } from 'node:fs';
import type ts from 'typescript';

interface Cached {
  readonly stamp: string;
  readonly file: ts.SourceFile | undefined;
}

/** Source files between the builds of a watching bundler: only what changed on disk is parsed again. */
export class FileCache {
  readonly #files = new Map<string, Cached>();
  #options = '';

  /** A compiler host that uses the cache. */
  host(tsc: typeof import('typescript'), options: ts.CompilerOptions): ts.CompilerHost {
    const { configFile: _, ...plain } = options;
    const state = JSON.stringify(plain);
    // Options decide how a file is parsed and what module system it has.
    if (state !== this.#options) this.#files.clear();
    this.#options = state;
    const host = tsc.createCompilerHost(options);
    const { getSourceFile } = host;
    host.getSourceFile = (name, ...rest) => {
      const stat = statSync(name, { throwIfNoEntry: false });
      const stamp = stat ? `${stat.mtimeMs} ${stat.size}` : '';
      const cached = this.#files.get(name);
      if (cached?.stamp === stamp) return cached.file;
      const file = getSourceFile.call(host, name, ...rest);
      this.#files.set(name, { stamp, file });
      return file;
    };
    return host;
  }
}
