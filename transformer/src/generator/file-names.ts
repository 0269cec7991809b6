import { posix } from 'node:path';
import type { ModelSchema } from 'dataflow-ts/compiler';

/** Names that mean something else: the index, and devices on Windows. */
const taken = /^(index|con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * Module name (without ending) of every model: the class name in kebab-case. Where two would be the same file on a
 * file system that ignores case, the later ones in alphabetical order get `-2`, `-3` ….
 */
export function moduleNames(models: readonly ModelSchema[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set<string>();
  for (const { name } of sortedByName(models)) {
    const kebab = kebabCase(name);
    const base = taken.test(kebab) ? `${kebab}-model` : kebab;
    let free = base;
    for (let n = 2; used.has(free); n++) free = `${base}-${n}`;
    used.add(free);
    names.set(name, free);
  }
  return names;
}

/** `HTTPServerLog` → `http-server-log`. Lower-cased and in one Unicode form, so that equal names are equal files. */
export function kebabCase(name: string): string {
  const words = name
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2');
  return words.replace(/^-+|-+$/g, '').toLowerCase().normalize('NFC') || 'model';
}

/** By code unit: the same on every machine, whatever its language. */
export function sortedByName<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** How a file in `outDir` imports a source file; both relative to the project, with `/`. */
export function importPath(outDir: string, file: string): string {
  const path = relativePath(outDir, file)
    .replace(/\.d\.([cm]?)ts$/, '.$1js')
    .replace(/\.([cm]?)tsx?$/, '.$1js')
    .replace(/\.jsx$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

export function relativePath(from: string, to: string): string {
  return posix.isAbsolute(from) === posix.isAbsolute(to) ? posix.relative(from, to) : to;
}
