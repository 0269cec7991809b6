import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const modules = join(root, 'node_modules');

export const userModel = `import { model } from 'dataflow-ts';

@model
export class User {
  id!: string;
  name!: string;
}
`;

export const main = `import { schema, UserCreateNode } from '#dataflow';

const type: 'UserCreateNode' = UserCreateNode.type;
console.log(type, Object.keys(schema.models).join(' '));
`;

export interface ProjectOptions {
  /** Text by path. `src/models.ts` and `src/main.ts` are there when it does not say otherwise. */
  readonly files?: Readonly<Record<string, string>>;
  readonly compilerOptions?: object;
  readonly tsconfig?: object;
  /** More entries of the plugin in tsconfig. */
  readonly plugin?: object;
  readonly packageJson?: object;
  /** Package of the repository that stands as `typescript` in the project. */
  readonly typescript?: 'typescript' | 'typescript-6' | 'typescript-7';
  /** `typescript` is a copy, so that `ts-patch install` does not change the repository's. */
  readonly ownTypescript?: boolean;
}

export interface Ran {
  readonly status: number | null;
  readonly out: string;
}

/** A project of a user in a temporary folder, with both packages as npm would install them. */
export class ProjectFolder {
  /** As deep as projects of users are: close to the root of the file system `--watch` works differently. */
  readonly folder = join(mkdtempSync(join(tmpdir(), 'dataflow-')), 'work/project');
  readonly #running = new Set<Watched>();
  readonly #typescript: string;

  constructor(options: ProjectOptions = {}) {
    this.#typescript = options.typescript ?? 'typescript';
    mkdirSync(join(this.folder, 'node_modules'), { recursive: true });
    for (const name of ['dataflow-ts', 'dataflow-ts-compiler']) this.#link(name, name);
    for (const [name, from] of [['typescript', this.#typescript], ['ts-patch', 'ts-patch']] as const) {
      if (options.ownTypescript && name === 'typescript') cpSync(join(modules, from), join(this.folder, 'node_modules', name), { recursive: true, dereference: true });
      else this.#link(name, from);
    }
    this.write('package.json', JSON.stringify({ name: 'project', type: 'module', imports: { '#dataflow': './.dataflow/index.js' }, ...options.packageJson }));
    this.write('tsconfig.json', JSON.stringify(tsconfig(options)));
    for (const [path, text] of Object.entries({ 'src/models.ts': userModel, 'src/main.ts': main, ...options.files })) this.write(path, text);
  }

  #link(name: string, from: string): void {
    symlinkSync(join(modules, from), join(this.folder, 'node_modules', name), 'dir');
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }

  exists(path: string): boolean {
    return existsSync(this.path(path));
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true, force: true });
  }

  /** Time of the last change by name, of all files in a folder. */
  times(path: string): Record<string, number> {
    return Object.fromEntries(readdirSync(this.path(path)).map((name) => [name, statSync(this.path(join(path, name))).mtimeMs]));
  }

  names(path: string): string[] {
    return readdirSync(this.path(path)).sort();
  }

  tspc(...args: string[]): Ran {
    return this.node(join(modules, 'ts-patch/bin/tspc.js'), ...args);
  }

  /** The project's own `tsc`, as it stands on disk. */
  tsc(...args: string[]): Ran {
    return this.node(join(this.folder, 'node_modules/typescript/bin/tsc'), ...args);
  }

  /** `ts-patch install` into the project's own copy of TypeScript. */
  installTsPatch(): Ran {
    const typescript = realpathSync(join(this.folder, 'node_modules/typescript'));
    if (!typescript.startsWith(realpathSync(this.folder))) throw new Error(`${typescript} is not the project's own copy`);
    return this.node(join(modules, 'ts-patch/bin/ts-patch.js'), 'install', '--dir', this.folder);
  }

  dataflow(...args: string[]): Ran {
    return this.node(dataflowBin, ...args);
  }

  node(...args: string[]): Ran {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.folder, encoding: 'utf8', env: this.#environment() });
    return { status, out: stdout + stderr };
  }

  watchTspc(...args: string[]): Watched {
    return this.#watch(join(modules, 'ts-patch/bin/tspc.js'), args);
  }

  watchDataflow(...args: string[]): Watched {
    return this.#watch(dataflowBin, args);
  }

  #watch(script: string, args: readonly string[]): Watched {
    const watched = new Watched(spawn(process.execPath, [script, ...args], { cwd: this.folder, env: this.#environment() }));
    this.#running.add(watched);
    return watched;
  }

  #environment(): NodeJS.ProcessEnv {
    const { NODE_OPTIONS: _, FORCE_COLOR: __, ...environment } = process.env;
    const compiler = this.#typescript === 'typescript' ? {} : { TSP_COMPILER_TS_PATH: join(modules, this.#typescript) };
    return { ...environment, NO_COLOR: '1', ...compiler };
  }

  /** Ends what still runs and removes the folder. */
  async close(): Promise<void> {
    for (const watched of this.#running) await watched.stop();
    rmSync(join(this.folder, '../..'), { recursive: true, force: true });
  }
}

const dataflowBin = join(modules, 'dataflow-ts-compiler/bin/dataflow.js');

/** A process that goes on, and what it has printed. */
export class Watched {
  #text = '';
  #seen = 0;
  #wake: () => void = () => undefined;
  readonly #ended: Promise<number | null>;
  readonly #process: ChildProcess;

  constructor(child: ChildProcess) {
    this.#process = child;
    const take = (chunk: Buffer): void => {
      this.#text += stripVTControlCharacters(chunk.toString());
      this.#wake();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
  }

  /** What was printed since the last `until`. */
  get unread(): string {
    return this.#text.slice(this.#seen);
  }

  /** What was printed since the last call, up to and with the pattern. Fails after 30 seconds without it. */
  async until(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const fresh = this.#text.slice(this.#seen);
      const hit = pattern.exec(fresh);
      if (hit) {
        const end = hit.index + hit[0].length;
        this.#seen += end;
        return fresh.slice(0, end);
      }
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`Nothing like ${pattern} was printed, but: ${fresh}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Asks the process to end, and gives its exit code (null when it did not handle the signal). */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#process.exitCode === null) this.#process.kill(signal);
    return this.#ended;
  }
}

function tsconfig({ compilerOptions, tsconfig: more, plugin }: ProjectOptions): object {
  return {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      rootDir: 'src',
      outDir: 'dist',
      types: [],
      skipLibCheck: true,
      plugins: [{ name: 'dataflow-ts-compiler', transform: 'dataflow-ts-compiler/transformer', transformProgram: true, ...plugin }],
      ...compilerOptions,
    },
    include: ['src'],
    ...more,
  };
}
