/** Small programs of each library: what a cold process has to do before the first row is there. */
export interface Program {
  readonly name: string;
  /** Modules of the library itself, drivers not among them. */
  readonly imports: readonly string[];
  /** Packages that are there because of it: what `npm install` of the library adds, the driver left out. */
  readonly packages: readonly string[];
  /** Reads one user from the SQLite file in `file`, as `row`. ESM, top level. */
  readonly firstRow: string;
}

const sqlite = `import Database from 'better-sqlite3';\n`;

export const programs: readonly Program[] = [
  {
    name: 'raw better-sqlite3',
    imports: [],
    packages: [],
    firstRow: `${sqlite}const row = new Database(file).prepare('select * from users where id = ?').get('u-7');`,
  },
  {
    name: 'DataFlow',
    imports: ['dataflow-ts'],
    packages: ['dataflow-ts'],
    firstRow: `import { DataFlow } from 'dataflow-ts';
import { schema } from '../generated/dataflow/index.js';
const db = new DataFlow({ url: 'sqlite:///' + file, schema, driver: 'better-sqlite3', migrations: 'off' });
const row = await db.models.User.read({ id: 'u-7' });`,
  },
  {
    name: 'Drizzle',
    imports: ['drizzle-orm', 'drizzle-orm/better-sqlite3', 'drizzle-orm/sqlite-core'],
    packages: ['drizzle-orm'],
    firstRow: `${sqlite}import { drizzle } from 'drizzle-orm/better-sqlite3';
import { eq } from 'drizzle-orm';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
const users = sqliteTable('users', { id: text().primaryKey(), name: text(), email: text(), age: integer(), active: integer({ mode: 'boolean' }), joinedAt: integer('joined_at', { mode: 'timestamp_ms' }), changedAt: integer('changed_at', { mode: 'timestamp_ms' }) });
const [row] = await drizzle(new Database(file)).select().from(users).where(eq(users.id, 'u-7'));`,
  },
  {
    name: 'Kysely',
    imports: ['kysely'],
    packages: ['kysely'],
    firstRow: `${sqlite}import { Kysely, SqliteDialect } from 'kysely';
const row = await new Kysely({ dialect: new SqliteDialect({ database: new Database(file) }) }).selectFrom('users').selectAll().where('id', '=', 'u-7').executeTakeFirst();`,
  },
  {
    name: 'Prisma 7',
    imports: ['../generated/prisma-sqlite-js/client.js', '@prisma/adapter-better-sqlite3'],
    packages: ['@prisma/client', '@prisma/adapter-better-sqlite3', '@prisma/driver-adapter-utils', '@prisma/debug', '@prisma/client-runtime-utils'],
    firstRow: `import { PrismaClient } from '../generated/prisma-sqlite-js/client.js';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
const row = await new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: 'file:' + file }, { timestampFormat: 'unixepoch-ms' }) }).user.findUnique({ where: { id: 'u-7' } });`,
  },
  {
    name: 'TypeORM',
    imports: ['reflect-metadata', 'typeorm'],
    packages: ['typeorm', 'reflect-metadata'],
    firstRow: `import 'reflect-metadata';
import { DataSource, EntitySchema } from 'typeorm';
const User = new EntitySchema({ name: 'User', tableName: 'users', columns: { id: { type: 'text', primary: true }, name: { type: 'text' }, email: { type: 'text' }, age: { type: 'integer' }, active: { type: 'boolean' }, joinedAt: { name: 'joined_at', type: 'integer' }, changedAt: { name: 'changed_at', type: 'integer' } } });
const source = await new DataSource({ type: 'better-sqlite3', database: file, entities: [User] }).initialize();
const row = await source.getRepository(User).findOneBy({ id: 'u-7' });`,
  },
  {
    name: 'MikroORM',
    imports: ['@mikro-orm/core', '@mikro-orm/better-sqlite'],
    packages: ['@mikro-orm/core', '@mikro-orm/better-sqlite', '@mikro-orm/knex'],
    firstRow: `import { EntitySchema } from '@mikro-orm/core';
import { MikroORM } from '@mikro-orm/better-sqlite';
const User = new EntitySchema({ name: 'User', tableName: 'users', properties: { id: { type: 'text', primary: true }, name: { type: 'text' }, email: { type: 'text' }, age: { type: 'integer' }, active: { type: 'boolean' } } });
const orm = await MikroORM.init({ entities: [User], dbName: file, discovery: { disableDynamicFileAccess: true } });
const row = await orm.em.fork().findOne(User, 'u-7');`,
  },
];
