import { readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ProjectFolder, type ProjectOptions } from '../plugin/project-folder.js';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The bundlers, from a package of their own. */
const bundlers = createRequire(join(root, 'test/tools/bundlers/package.json'));
const load = async (name: string): Promise<unknown> => import(pathToFileURL(bundlers.resolve(name)).href);
export const loadVite = async () => (await load('vite')) as Vite;
export const loadRollup = async () => (await load('rollup')) as Rollup;
export const loadWebpack = async () => ((await load('webpack')) as { default: Webpack }).default;
/** esbuild comes with tsx. */
export const loadEsbuild = async () => (await import(pathToFileURL(createRequire(import.meta.resolve('tsx/package.json')).resolve('esbuild')).href)) as typeof import('esbuild');

/** This Node, or Node 24 from `test/tools` where this one is too old. */
export const nodeThatStripsTypes = ((await import(new URL('../../../scripts/setup.mjs', import.meta.url).href)) as { nodeWithSqlite: () => string }).nodeWithSqlite();

/** What the tests use of the bundlers, which are not installed where the types are checked. */
export interface Vite {
  build(config: object): Promise<unknown>;
  createServer(config: object): Promise<ViteServer>;
  createLogger(level: 'silent'): Record<string, (text: string) => void>;
}
export interface ViteServer {
  readonly watcher: { getWatched(): Record<string, string[]> };
  ssrLoadModule(path: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}
export interface Rollup {
  rollup(options: object): Promise<{ write(options: object): Promise<unknown>; close(): Promise<void>; watchFiles: string[] }>;
  watch(options: object): RollupWatcher;
}
export interface RollupWatcher {
  on(event: 'event', listener: (event: { code: string; error?: Error; result?: { close(): Promise<void> } }) => void): void;
  close(): Promise<void>;
}
export type Webpack = (options: object) => {
  run(done: (error: Error | null, stats?: WebpackStats) => void): void;
  watch(options: object, done: (error: Error | null, stats?: WebpackStats) => void): { close(done: () => void): void };
  close(done: () => void): void;
};
export interface WebpackStats {
  hasErrors(): boolean;
  toString(options?: object): string;
  compilation: { errors: { message: string }[]; warnings: { message: string }[] };
}

export const models = `import { length, model, references, unique, type Int } from 'dataflow-ts';

@model
export class User {
  id!: string;
  name!: string;
  @unique email!: string;
  age!: Int | null;
  active: boolean = true;
}

@model({ table: 'log_ins' })
export class Session {
  id!: string;
  @references(() => User, { onDelete: 'cascade' })
  userId!: string;
  @length(40) token!: string;
}
`;

const program = `import { DataFlow, LocalRuntime, WorkflowBuilder } from 'dataflow-ts';
import { schema, UserCreateNode, SessionCreateNode } from '#dataflow';

const signUp = new WorkflowBuilder('sign_up')
  .withInput<{ name: string; email: string }>()
  .addNode(UserCreateNode, 'create_user', { id: 'u-1' })
  .addNode(SessionCreateNode, 'create_session', { id: 's-1', token: 't-1' })
  .addConnection('input', 'name', 'create_user', 'name')
  .addConnection('input', 'email', 'create_user', 'email')
  .addConnection('create_user', 'id', 'create_session', 'userId')
  .build();

export async function run(): Promise<string> {
  const db = new DataFlow({ url: ':memory:', schema, driver: 'sqlite3' });
  try {
    const { results } = await new LocalRuntime(db).execute(signUp, { inputs: { name: 'Alice', email: 'a@x.io' } });
    await db.models.User.update({ filter: { id: 'u-1' }, fields: { name: 'Alice B.' } });
    const { records } = await db.models.User.list({});
    return [results.create_session.userId, results.create_user.active, ...records.map(({ name }) => name)].join(' ');
  } finally {
    await db.close();
  }
}
`;

/** What the program prints that uses the database, and a model class at run time. */
export const printed = 'u-1 true Alice B.\ntrue\n';

/** A mistake in `src/sign-up.ts`, and what the compiler says about it. */
export const mistake = {
  right: "{ id: 's-1', token: 't-1' }",
  wrong: "{ id: 's-1', token: 't-1', tokn: 't-2' }",
  message: "DF-105: Session has no field 'tokn'; did you mean 'token'?",
  file: 'src/sign-up.ts',
  line: 7,
  column: 76,
};

/** A project with models, a workflow on SQLite in memory, and a program that also makes an instance of a model class. */
export class App extends ProjectFolder {
  constructor({ files, compilerOptions, packageJson, ...options }: ProjectOptions = {}) {
    super({
      files: {
        'src/models.ts': models,
        'src/sign-up.ts': program,
        'src/main.ts': "import { run } from './sign-up.js';\nimport { User } from './models.js';\n\nconsole.log(await run());\nconsole.log(new User().active);\n",
        ...files,
      },
      compilerOptions: { types: ['node'], typeRoots: [join(root, 'node_modules/@types')], ...compilerOptions },
      packageJson: { imports: { '#dataflow': './.dataflow/index.js' }, ...packageJson },
      ...options,
    });
    symlinkSync(join(root, 'node_modules/sqlite3'), this.path('node_modules/sqlite3'), 'dir');
  }

  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
    this.write(path, text.replace(from, to));
  }
}

/** What is pushed, to be awaited one by one. */
export class Events<T> {
  readonly #events: T[] = [];
  #wake: () => void = () => undefined;

  push(event: T): void {
    this.#events.push(event);
    this.#wake();
  }

  /** The next event that fits; those before it are dropped. Fails after a minute without one. */
  async next(fits: (event: T) => boolean = () => true): Promise<T> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) if (fits(event)) return event;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error('Nothing that was waited for has happened.');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** The `sources` and the text of a source map beside a file. */
export function sourceMapOf(path: string): { sources: string[]; sourcesContent: string[] } {
  return JSON.parse(readFileSync(`${path}.map`, 'utf8')) as { sources: string[]; sourcesContent: string[] };
}
