import { stripVTControlCharacters } from 'node:util';
import { run } from '../../../transformer/src/cli/run.js';
import type { ProjectFolder } from '../plugin/project-folder.js';

/** What a command printed, without colours, and how it ended. */
export interface RanHere {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the `dataflow` command in this process, in the folder of a project. */
export async function runHere(project: Pick<ProjectFolder, 'folder'>, ...args: string[]): Promise<RanHere> {
  const cwd = process.cwd();
  const { stdout, stderr } = process;
  const writes = { out: stdout.write, err: stderr.write };
  const texts = { out: '', err: '' };
  const take = (key: 'out' | 'err') => (chunk: string | Uint8Array) => {
    texts[key] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  process.chdir(project.folder);
  stdout.write = take('out') as typeof stdout.write;
  stderr.write = take('err') as typeof stderr.write;
  try {
    const status = await run(args);
    return { status, out: stripVTControlCharacters(texts.out), err: stripVTControlCharacters(texts.err) };
  } finally {
    process.chdir(cwd);
    stdout.write = writes.out;
    stderr.write = writes.err;
  }
}
