import { dirname } from 'node:path';
import type { TypeScript } from './context.js';

/** Finds which package a file belongs to. */
export class PackageNames {
  readonly #byFolder = new Map<string, string | undefined>();

  constructor(private readonly ts: TypeScript) {}

  /** The `name` in the nearest package.json that has one. */
  of(file: string): string | undefined {
    return this.#ofFolder(dirname(file));
  }

  #ofFolder(folder: string): string | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder);
    const parent = dirname(folder);
    const name = this.#declared(folder) ?? (parent === folder ? undefined : this.#ofFolder(parent));
    this.#byFolder.set(folder, name);
    return name;
  }

  #declared(folder: string): string | undefined {
    const text = this.ts.sys.readFile(`${folder}/package.json`);
    if (text === undefined) return undefined;
    const { config } = this.ts.parseConfigFileTextToJson('package.json', text);
    return typeof config?.name === 'string' ? config.name : undefined;
  }
}
