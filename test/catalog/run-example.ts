/** Runs an example as a JavaScript user would: without type checks, on a real database in the state that its page speaks of. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sqlite3 from 'sqlite3';
import ts from 'typescript';
import { DataFlow } from 'dataflow-ts';
import type { ExampleProject } from './example-project.js';
import { postgresSql, preparePostgres } from './postgres-database.js';

/** Keeps track of what an example opens, for most examples do not close it. */
const tracking = `import { DataFlow as Base } from 'dataflow-ts';
export const opened = [];
export class DataFlow extends Base {
  constructor(...given) {
    super(...given);
    opened.push(this);
  }
}
`;

interface Schema {
  readonly User: { create(row: object): Promise<unknown>; count(params: object): Promise<unknown> };
  readonly Session: { create(row: object): Promise<unknown> };
}

let runs = 0;

/**
 * Runs a whole module in a database of its own. It holds User 'u-1' and Session 's-1' when the example speaks of them and does
 * not create them, and then every line \`// In the database: …\` of the example is run as SQL.
 */
export async function runExample(project: ExampleProject, text: string): Promise<void> {
  const name = `run-${runs++}`;
  const folder = join(project.folder, name);
  project.write('tracking.js', tracking);
  const { text: onServer, admin, close } = await preparePostgres(text);
  const source = onServer.replace(/^import \{([^}]*\bDataFlow\b[^}]*)\} from 'dataflow-ts';$/m, (_, names: string) =>
    `import { DataFlow } from '../tracking.js';\nimport { ${names.split(',').filter((each) => each.trim() !== 'DataFlow').join(',')} } from 'dataflow-ts';`);
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const module = project.write(`${name}/example.mjs`, ts.transpileModule(source, { compilerOptions }).outputText);
  const { opened } = await import(pathToFileURL(join(project.folder, 'tracking.js')).href) as { opened: DataFlow[] };
  const before = process.cwd();
  process.chdir(folder);
  try {
    await prepare(project, text, admin ?? fileUrl(text));
    await import(pathToFileURL(module).href);
  } finally {
    for (const db of opened.splice(0)) await db.close();
    process.chdir(before);
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function fileUrl(text: string): string | undefined {
  return /sqlite:\/\/\/[\w.]+\.db/.exec(text)?.[0];
}

async function prepare(project: ExampleProject, text: string, url: string | undefined): Promise<void> {
  if (url === undefined) return;
  const session = /'s-1'/.test(text) && !creates('Session', text);
  const user = (session || /'u-1'|'a@x\.io'/.test(text)) && !creates('User', text);
  const statements = [...text.matchAll(/^\/\/ In the database: (.*)$/gm)].map(([, sql]) => sql!);
  if (!user && !session && statements.length === 0) return;
  const { schema } = await import(pathToFileURL(join(project.folder, '.dataflow/index.js')).href) as { schema: never };
  const db = new DataFlow<Schema>({ url, schema });
  try {
    if (user) await db.models.User.create({ id: 'u-1', name: 'Alice', email: 'a@x.io', age: 40 });
    if (session) await db.models.Session.create({ id: 's-1', userId: 'u-1', token: 't-1' });
    // Makes the tables when there is no row to write.
    if (!user) await db.models.User.count({});
  } finally {
    await db.close();
  }
  for (const sql of statements) await runSql(url, sql);
}

function creates(model: string, text: string): boolean {
  return new RegExp(`\\b${model}(\\.(create|upsert|bulkCreate|bulkUpsert)\\(|(Create|Upsert|BulkCreate|BulkUpsert)Node\\b)`).test(text);
}

async function runSql(url: string, sql: string): Promise<void> {
  if (!url.startsWith('sqlite:')) return postgresSql(url, sql);
  const database = new sqlite3.Database(url.slice('sqlite:///'.length));
  await new Promise<void>((resolve, reject) => {
    database.exec(sql, (error) => database.close(() => (error ? reject(error) : resolve())));
  });
}
