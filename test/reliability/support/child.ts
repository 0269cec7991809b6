import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** It comes with tsx. */
const esbuild = createRequire(import.meta.resolve('tsx/package.json'))('esbuild') as { buildSync: typeof buildSync };

/** A test program as JavaScript, which starts several times faster than through tsx. */
export function programOf(source: URL): string {
  const outfile = join(root, `.cache/reliability/${basename(source.pathname, '.ts')}-${process.pid}.mjs`);
  esbuild.buildSync({ entryPoints: [fileURLToPath(source)], outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' });
  process.once('exit', () => rmSync(outfile, { force: true }));
  return outfile;
}

/** Its lines on stdout, and how it ended. */
export interface Ended {
  readonly said: readonly string[];
  readonly code: number | null;
  readonly signal: string | null;
}

/** Starts Node with a program; it does not outlive this process. */
export function startNode(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = (): void => void child.kill('SIGKILL');
  process.once('exit', stop);
  child.once('close', () => process.removeListener('exit', stop));
  return child;
}

export async function ended(child: ChildProcess): Promise<Ended> {
  const chunks: Buffer[] = [];
  child.stdout!.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once('close', (...how) => resolve(how)));
  return { said: Buffer.concat(chunks).toString().split('\n').filter(Boolean), code, signal };
}
