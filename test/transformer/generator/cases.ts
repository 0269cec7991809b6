import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelSchema } from 'dataflow-ts/compiler';
import { generate } from '../../../transformer/src/generator/index.js';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const fixtures = join(root, 'fixtures/generator');
export const caseNames = readdirSync(fixtures).sort();

export function schemaOf(name: string): ModelSchema[] {
  return JSON.parse(readFileSync(join(fixtures, name, 'schema.json'), 'utf8')) as ModelSchema[];
}

export function generateCase(name: string): Map<string, string> {
  return generate(schemaOf(name), { outDir: '.dataflow' });
}

/** Every file of a folder by name; empty when there is no such folder. */
export function readFolder(folder: string): Map<string, string> {
  try {
    return new Map(readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } catch {
    return new Map();
  }
}

export function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

/**
 * A folder outside the repository with a project per case, its generated files in place, and 'dataflow-ts' installed. It goes
 * away with the process.
 */
export function projects(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dataflow-generator-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'runtime'), join(folder, 'node_modules/dataflow-ts'), 'junction');
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const name of names) {
    writeFolder(join(folder, name, '.dataflow'), generateCase(name));
    writeFolder(join(folder, name, 'src'), readFolder(join(fixtures, name, 'src')));
  }
  return folder;
}

export function typescriptFolder(name: string): string {
  return dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));
}
