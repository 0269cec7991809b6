import { callFiles, modelsOf, newRow, type PeerProject } from '../project.js';

const tables = (count: number): string =>
  `import { boolean, doublePrecision, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';\n${modelsOf(count)
    .map(
      ({ variable, table }) =>
        `export const ${variable} = pgTable('${table}', { id: text().primaryKey(), name: text().notNull(), email: text().notNull().unique(), age: integer().notNull(), active: boolean().notNull(), score: doublePrecision().notNull(), joinedAt: timestamp('joined_at').notNull(), note: text() });\n`,
    )
    .join('')}`;

export const peer: PeerProject = {
  name: 'Drizzle',
  files: (count) => ({
    'schema.ts': tables(count),
    'db.ts': `import { drizzle } from 'drizzle-orm/node-postgres';\nimport * as schema from './schema.js';\nexport const db = drizzle('postgres://x', { schema });\n`,
    ...callFiles(count, `import { and, desc, eq, gte } from 'drizzle-orm';\nimport { db } from './db.js';\nimport * as s from './schema.js';\n`, ({ variable }) => {
      const t = `s.${variable}`;
      return `  const created = (await db.insert(${t}).values(${newRow}).returning())[0]!;
  const [found] = await db.select().from(${t}).where(eq(${t}.id, id));
  const updated = (await db.update(${t}).set({ name: 'b', age: 2 }).where(eq(${t}.id, id)).returning())[0]!;
  const list = await db.select().from(${t}).where(and(eq(${t}.active, true), gte(${t}.age, 18))).orderBy(desc(${t}.joinedAt)).limit(20);`;
    }),
  }),
};
