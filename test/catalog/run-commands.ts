/** Examples that are shell commands or a tsconfig.json: the `dataflow` command runs in this process, in a project of a user. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHere } from '../transformer/cli/run-here.js';
import { ProjectFolder } from '../transformer/plugin/project-folder.js';

export interface Ran {
  /** Of the last command. */
  readonly status: number;
  readonly output: string;
}

const compilerOptions = { strict: true, target: 'es2022', module: 'nodenext', noEmit: true, skipLibCheck: true, types: [], lib: ['es2022'] };

/** Runs one command in a project that has the example as its tsconfig.json. */
export async function runWithConfig(text: string, command: string): Promise<Ran> {
  const { compilerOptions: own, ...rest } = JSON.parse(text) as { compilerOptions?: object };
  const project = newProject();
  try {
    project.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...compilerOptions, ...own }, ...rest }));
    return await runCommand(project, project.folder, command);
  } finally {
    await project.close();
  }
}

/** Runs the lines of an example as a shell would. One that starts with `mkdir` starts in an empty folder, all others in a project. */
export async function runShell(text: string): Promise<Ran> {
  const project = newProject();
  const empty = mkdtempSync(join(tmpdir(), 'dataflow-empty-'));
  let folder = text.startsWith('mkdir') ? empty : project.folder;
  let last: Ran = { status: 0, output: '' };
  try {
    for (const command of text.split(/\n| && /)) {
      if (command.startsWith('cd ')) folder = join(folder, command.slice('cd '.length));
      else last = await runCommand(project, folder, command);
    }
    return last;
  } finally {
    await project.close();
    rmSync(empty, { recursive: true, force: true });
  }
}

async function runCommand(project: ProjectFolder, folder: string, command: string): Promise<Ran> {
  const [program, name, ...args] = command.split(/\s+/);
  if (program === 'npx' && name === 'dataflow') {
    const { status, out, err } = await runHere({ folder }, ...args);
    return { status, output: out + err };
  }
  if (program === 'npx' && name === 'tspc') {
    const { status, out } = project.tspc(...args);
    return { status: status ?? 1, output: out };
  }
  if (program === 'npm' && name === 'install') return setTypescript(project, !args.includes('--omit=dev'));
  const { status, stdout, stderr } = spawnSync(command, { cwd: folder, encoding: 'utf8', shell: true });
  return { status: status ?? 1, output: stdout + stderr };
}

function newProject(): ProjectFolder {
  const files = {
    'src/main.ts': "import { UserCreateNode } from '#dataflow';\n\nexport const type = UserCreateNode.type;\n",
    'src/index.js': 'export const answer = 42;\n',
    'tsconfig.base.json': JSON.stringify({ compilerOptions: { strict: true } }),
  };
  return new ProjectFolder({ compilerOptions, files });
}

/** Stands for an installation, which would need the network: TypeScript is there, as it is at first, or not. */
function setTypescript(project: ProjectFolder, isThere: boolean): Ran {
  if (!isThere) project.remove('node_modules/typescript');
  return { status: 0, output: '' };
}
