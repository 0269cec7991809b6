/**
 * The misuse and the valid corpus, compiled as a user compiles: by a child process for each version of TypeScript, with the
 * plugin (ts-patch) or through `dataflow tsc` where a compiler has no plugins.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProjectFolder, type Ran } from '../plugin/project-folder.js';
import { misuse, root } from './corpus.js';

export interface Compiler {
  /** As people say it: `5.9`. */
  readonly version: '5.9' | '6.0' | '7.0';
  readonly typescript: 'typescript' | 'typescript-6' | 'typescript-7';
  /** What somebody types to build. */
  readonly command: 'tspc' | 'dataflow tsc';
}

export const compilers: readonly Compiler[] = [
  { version: '5.9', typescript: 'typescript', command: 'tspc' },
  { version: '6.0', typescript: 'typescript-6', command: 'tspc' },
  { version: '7.0', typescript: 'typescript-7', command: 'dataflow tsc' },
];

export interface CorpusCase {
  readonly family: string;
  readonly name: string;
  /** What the compiler must print, a text for each diagnostic. */
  readonly expected: readonly string[];
}

export interface CorpusRun extends Ran {
  /** What was printed about a case, a text for each diagnostic: `error TS…` and further lines, after the place `(line,column): `. */
  readonly printed: ReadonlyMap<CorpusCase, readonly string[]>;
  /** What belongs to no case. */
  readonly others: readonly string[];
}

const compilerOptions = { lib: ['es2023', 'esnext.disposable'], noEmit: true, rootDir: undefined, outDir: undefined, allowJs: true, checkJs: true };

/** Cases of all families that have a golden file. */
export function corpusCases(): CorpusCase[] {
  const folders = (path: string) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  return folders(misuse).flatMap((family) =>
    folders(join(misuse, family))
      .filter((name) => existsSync(join(misuse, family, name, 'expected.txt')))
      .map((name) => ({ family, name, expected: diagnosticsIn(readFileSync(join(misuse, family, name, 'expected.txt'), 'utf8')).map(({ text }) => text) })),
  );
}

/** The whole misuse corpus in one project; cases with models of their own are projects beside it. One process builds them all. */
export class MisuseProject {
  readonly #project: ProjectFolder;
  readonly #byFolder = new Map<string, CorpusCase>();
  readonly #projects: readonly string[];

  constructor(private readonly compiler: Compiler, cases: readonly CorpusCase[]) {
    const files = new Map([['src/models.ts', readFileSync(join(misuse, 'models.ts'), 'utf8')], ['src/main.ts', 'export {};\n']]);
    const projects = ['.'];
    for (const one of cases) {
      const from = join(misuse, one.family, one.name);
      const ownModels = existsSync(join(from, 'models.ts'));
      const at = `${ownModels ? 'cases' : 'src'}/${one.family}.${one.name}`;
      this.#byFolder.set(at, one);
      if (ownModels) projects.push(at);
      for (const file of ['models.ts', 'input.ts'].filter((name) => existsSync(join(from, name)))) files.set(`${at}/${file}`, readFileSync(join(from, file), 'utf8'));
    }
    this.#project = new ProjectFolder({ typescript: compiler.typescript, files: Object.fromEntries(files), compilerOptions });
    for (const path of projects.slice(1)) {
      this.#project.write(`${path}/package.json`, this.#project.read('package.json'));
      this.#project.write(`${path}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }));
    }
    this.#projects = projects;
  }

  /** With the plugin, or through `dataflow tsc`. */
  build(): CorpusRun {
    return this.#read(run(this.#project, this.compiler, ['-b', ...this.#projects]));
  }

  /** With TypeScript alone, over the nodes that `build` has generated. */
  buildPlain(): CorpusRun {
    return this.#read(this.#project.tsc('-b', '--force', ...this.#projects));
  }

  #read(ran: Ran): CorpusRun {
    const printed = new Map([...this.#byFolder.values()].map((one): [CorpusCase, string[]] => [one, []]));
    const others: string[] = [];
    for (const { path, text } of diagnosticsIn(ran.out)) {
      const one = this.#byFolder.get(path.split('/').slice(0, 2).join('/'));
      if (one) printed.get(one)!.push(text);
      else others.push(`${path}${text}`);
    }
    return { ...ran, printed, others };
  }

  close(): Promise<void> {
    return this.#project.close();
  }
}

/** Builds the valid corpus. */
export async function buildValid(compiler: Compiler): Promise<Ran> {
  const valid = join(root, 'fixtures/valid');
  const names = validPrograms();
  const models = existsSync(join(valid, 'models.ts')) ? valid : misuse;
  const files = { 'src/models.ts': readFileSync(join(models, 'models.ts'), 'utf8'), 'src/main.ts': 'export {};\n' };
  for (const name of names) Object.assign(files, { [`src/${name}`]: readFileSync(join(valid, name), 'utf8') });
  const project = new ProjectFolder({ typescript: compiler.typescript, files, compilerOptions });
  try {
    return run(project, compiler, ['-p', '.']);
  } finally {
    await project.close();
  }
}

export function validPrograms(): string[] {
  return readdirSync(join(root, 'fixtures/valid')).filter((name) => /\.(ts|js)$/.test(name) && name !== 'models.ts').sort();
}

function run(project: ProjectFolder, { command }: Compiler, args: readonly string[]): Ran {
  return command === 'tspc' ? project.tspc(...args) : project.dataflow('tsc', ...args);
}

/** Diagnostics in plain output, in order. Lines before the first belong to no file. */
export function diagnosticsIn(output: string): { path: string; text: string }[] {
  return output.split(/^(?=\S)/m).map((block) => {
    const place = /^[^(\n]*(?=\(\d+,\d+\): )/.exec(block)?.[0] ?? '';
    return { path: place, text: block.slice(place.length).trimEnd() };
  }).filter(({ path, text }) => path !== '' || text !== '');
}
