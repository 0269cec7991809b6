import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TsserverClient } from './tsserver-client.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export const versions = ['typescript', 'typescript-6'] as const;
export type Version = (typeof versions)[number];

export const models = `import { model, references, unique, type Int } from 'dataflow-ts';

@model
export class User {
  id!: string;
  name!: string;
  @unique email!: string;
  age!: Int | null;
  active: boolean = true;
  createdAt!: Date;
  updatedAt!: Date;
}

@model
export class Session {
  id!: string;
  @references(() => User, { onDelete: 'cascade' }) userId!: string;
  token!: string;
}
`;

/** A project in a temporary folder whose tsconfig has the plugin for the editor alone, and a tsserver on it. */
export class EditorProject {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'dataflow-editor-')));
  readonly server: TsserverClient;

  constructor(version: Version, files: Readonly<Record<string, string>>, plugin: object = { name: 'dataflow-ts-compiler' }) {
    mkdirSync(this.path('node_modules'));
    const links = { 'dataflow-ts': 'dataflow-ts', 'dataflow-ts-compiler': 'dataflow-ts-compiler', typescript: version };
    for (const [name, from] of Object.entries(links)) symlinkSync(join(modules, from), this.path(`node_modules/${name}`), 'junction');
    this.write('package.json', JSON.stringify({ name: 'project', type: 'module', imports: { '#dataflow': './.dataflow/index.js' } }));
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, rootDir: 'src', outDir: 'dist', types: [], skipLibCheck: true, plugins: [plugin] };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['src'] }));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    this.server = new TsserverClient(this.path('node_modules/typescript/lib/tsserver.js'), this.folder);
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  async close(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
