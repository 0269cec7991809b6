import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callFiles, modelsOf, newRow, type PeerProject } from '../project.js';

const schemaOf = (count: number): string => `generator client {
  provider = "prisma-client"
  output = "./client"
  engineType = "client"
  runtime = "nodejs"
  moduleFormat = "esm"
  importFileExtension = "js"
}
datasource db {
  provider = "postgresql"
}
${modelsOf(count)
  .map(({ type, table }) => `model ${type} {\n  id String @id\n  name String\n  email String @unique\n  age Int\n  active Boolean\n  score Float\n  joinedAt DateTime\n  note String?\n  @@map("${table}")\n}\n`)
  .join('')}`;

export const peer: PeerProject = {
  name: 'Prisma 7',
  files: (count, folder) => {
    mkdirSync(folder, { recursive: true });
    const schema = join(folder, 'schema.prisma');
    writeFileSync(schema, schemaOf(count));
    // `generate` wants a schema engine to be there, which it never calls; named so, it downloads none.
    const env = { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, ...process.env };
    execFileSync(process.execPath, [join(import.meta.dirname, '../../node_modules/prisma/build/index.js'), 'generate', '--schema', schema], { stdio: 'pipe', env });
    return {
      'db.ts': `import { PrismaClient } from './client/client.js';\nexport declare const db: PrismaClient;\n`,
      ...callFiles(count, `import { db } from './db.js';\n`, ({ variable }) => `  const created = await db.${variable}.create({ data: ${newRow} });
  const found = await db.${variable}.findUnique({ where: { id } });
  const updated = await db.${variable}.update({ where: { id }, data: { name: 'b', age: 2 } });
  const list = await db.${variable}.findMany({ where: { active: true, age: { gte: 18 } }, orderBy: { joinedAt: 'desc' }, take: 20 });`),
    };
  },
};
