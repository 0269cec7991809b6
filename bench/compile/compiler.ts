/** Runs a compiler on a project and says what it took. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const modules = join(import.meta.dirname, '../../node_modules');
export const compilers = {
  'TypeScript 5.9': join(modules, 'typescript/bin/tsc'),
  'TypeScript 6.0': join(modules, 'typescript-6/bin/tsc'),
  'TypeScript 7.0': join(modules, 'typescript-7/bin/tsc'),
  /** TypeScript 5.9 with plugins. */
  tspc: join(modules, 'ts-patch/bin/tspc.js'),
} as const;
export type CompilerName = keyof typeof compilers;

export interface Run {
  readonly userMs: number;
  readonly wallMs: number;
  readonly peakMb: number;
  /** What `--extendedDiagnostics` says, where the compiler does. */
  readonly instantiations: number | undefined;
  readonly types: number | undefined;
  readonly checkMs: number | undefined;
}

/** @throws Error when the project does not compile: a figure of a failed run means nothing */
export function compile(compiler: CompilerName, project: string, ...args: string[]): Run {
  const cpu = join(tmpdir(), `dataflow-bench-cpu-${process.pid}.json`);
  const env = { ...process.env, DATAFLOW_BENCH_CPU: cpu };
  const start = performance.now();
  const command = ['--max-old-space-size=8192', '--require', join(import.meta.dirname, 'cpu.cjs'), compilers[compiler], '-p', project, '--extendedDiagnostics', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8', env, maxBuffer: 1 << 28 });
  const wallMs = performance.now() - start;
  if (status !== 0) throw new Error(`${compiler} ended with ${status} in ${project}:\n${(stdout + stderr).slice(0, 2000)}`);
  const { userMs, peakMb } = JSON.parse(readFileSync(cpu, 'utf8')) as { userMs: number; peakMb: number };
  rmSync(cpu);
  const figure = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const check = figure('Check time');
  return { userMs, wallMs, peakMb, instantiations: figure('Instantiations'), types: figure('Types'), checkMs: check === undefined ? undefined : check * 1000 };
}
