/** Running a child process while telling a person how long it has been at it. Node built-ins only. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs a command with its output in `logFile`, showing `title` with the elapsed time: rewritten in place on a
 * terminal, a line every 15 seconds elsewhere. When the command fails the log is printed and an error thrown.
 */
export async function runQuietly(title, command, args, { logFile, cwd, env, hint }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const start = performance.now();
  const terminal = process.stdout.isTTY;
  const elapsed = () => `${Math.round((performance.now() - start) / 1000)} s`;
  process.stdout.write(terminal ? `${title} …` : `${title} …\n`);
  const timer = setInterval(
    () => process.stdout.write(terminal ? `\r${title} … ${elapsed()} ` : `${title} … ${elapsed()}\n`),
    terminal ? 1000 : 15_000,
  );
  const log = openSync(logFile, 'w');
  let code;
  try {
    code = await new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd, env, stdio: ['ignore', log, log] });
      child.on('error', reject);
      child.on('close', (exit, signal) => resolve(exit ?? signal));
    });
  } finally {
    clearInterval(timer);
    closeSync(log);
  }
  if (terminal) process.stdout.write('\r\x1b[K');
  if (code === 0) {
    process.stdout.write(`${title}: done in ${seconds(start)}\n`);
    return;
  }
  const text = readFileSync(logFile, 'utf8');
  throw new Failure(`${title}: failed (${code}) after ${seconds(start)}.${hint ? ` ${hint}` : ''}\n\n${text.trimEnd()}\n\n(log: ${logFile})`);
}

/** A failure whose message tells a person everything; the scripts print it without a stack. */
export class Failure extends Error {}

/** Runs a script's main function and turns its failure into a message and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
