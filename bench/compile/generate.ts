import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { Files } from './project.js';

const root = join(import.meta.dirname, '../..');

/** What `dataflow generate` makes of a model file, by path; the folder is left as it was found. */
export function generate(folder: string, models: string): Files {
  write(folder, { 'models.ts': models, 'tsconfig.json': tsconfig({ plugin: true }), 'package.json': '{ "type": "module" }' });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'transformer/bin/dataflow.js'), 'generate', '-p', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`dataflow generate failed:\n${stdout}${stderr}`);
  const made = Object.fromEntries(readdirSync(join(folder, '.dataflow')).map((name) => [`.dataflow/${name}`, readFileSync(join(folder, '.dataflow', name), 'utf8')]));
  rmSync(folder, { recursive: true });
  return made;
}

export function tsconfig({ plugin, emit = false }: { readonly plugin: boolean; readonly emit?: boolean }): string {
  return JSON.stringify({
    compilerOptions: {
      target: 'ES2022', module: 'NodeNext', moduleResolution: 'NodeNext', strict: true, skipLibCheck: true, types: ['node'], experimentalDecorators: true,
      ...(emit ? { rootDir: '.', outDir: 'dist' } : { noEmit: true }),
      ...(plugin && { plugins: [{ name: 'dataflow-ts-compiler', transform: 'dataflow-ts-compiler/transformer', transformProgram: true }] }),
    },
    include: ['*.ts'],
  });
}

export function write(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
