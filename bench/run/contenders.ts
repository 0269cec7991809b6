import type { Contender, DatabaseKind } from './contender.js';

/**
 * The files of `contenders/` that take part, in the report's order; the first holds the base. Files are imported by name and only
 * for their database: packages that were built for one Node cannot be loaded by another.
 */
const files: Readonly<Record<DatabaseKind, readonly [base: string, ...others: string[]]>> = {
  sqlite: [
    'raw-better-sqlite3', 'raw-better-sqlite3-arrays', 'raw-sqlite3', 'dataflow', 'dataflow-sqlite3',
    'drizzle', 'drizzle-prepared', 'kysely', 'mikro-orm', 'prisma', 'typeorm',
  ],
  'node:sqlite': ['raw-node-sqlite', 'raw-node-sqlite-arrays', 'dataflow-node-sqlite'],
  postgres: ['raw-pg', 'raw-pg-unnamed', 'dataflow', 'drizzle', 'drizzle-prepared', 'kysely', 'mikro-orm', 'prisma', 'typeorm'],
};

/** All contenders on a database: the base, the base again, and the others. */
export async function contendersOn(kind: DatabaseKind): Promise<readonly [base: Contender, ...others: Contender[]]> {
  const [first, ...others] = files[kind];
  const base = await load(first);
  return [base, controlOf(base), ...(await Promise.all(others.map(load)))];
}

async function load(file: string): Promise<Contender> {
  return ((await import(`./contenders/${file}.js`)) as { contender: Contender }).contender;
}

/**
 * The base a second time, on a copy of its own. Its true ratio is 1.00, so its distance from 1.00 is the error of the run:
 * smaller differences between contenders mean nothing.
 */
function controlOf(base: Contender): Contender {
  return { ...base, name: 'base again (control)', role: 'control' };
}
