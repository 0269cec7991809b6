import { callFiles, modelsOf, newRow, type PeerProject } from '../project.js';

export const peer: PeerProject = {
  name: 'Kysely',
  files: (count) => ({
    'db.ts': `import { Kysely } from 'kysely';
${modelsOf(count).map(({ type }) => `export interface ${type}Table { id: string; name: string; email: string; age: number; active: boolean; score: number; joinedAt: Date; note: string | null }\n`).join('')}export interface Database {
${modelsOf(count).map(({ type, table }) => `  ${table}: ${type}Table;\n`).join('')}}
export declare const db: Kysely<Database>;
`,
    ...callFiles(count, `import { db } from './db.js';\n`, ({ table }) => `  const created = await db.insertInto('${table}').values(${newRow}).returningAll().executeTakeFirstOrThrow();
  const found = await db.selectFrom('${table}').selectAll().where('id', '=', id).executeTakeFirst();
  const updated = await db.updateTable('${table}').set({ name: 'b', age: 2 }).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
  const list = await db.selectFrom('${table}').selectAll().where('active', '=', true).where('age', '>=', 18).orderBy('joinedAt', 'desc').limit(20).execute();`),
  }),
};
