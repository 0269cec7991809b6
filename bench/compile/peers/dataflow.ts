import { generate } from '../generate.js';
import { callFiles, modelsOf, newRow, type Files, type PeerProject } from '../project.js';

/** The model file: eight fields, like those of the peers. */
export function modelFile(count: number): string {
  const models = modelsOf(count).map(
    ({ type, table }) => `@model({ table: '${table}' })
export class ${type} {
  id!: string;
  name!: string;
  @unique email!: string;
  age!: Int;
  active!: boolean;
  score!: number;
  joinedAt!: Date;
  note!: string | null;
}
`,
  );
  return `import { model, unique, type Int } from 'dataflow-ts';\n\n${models.join('\n')}`;
}

export function callsOf(count: number): Files {
  return callFiles(count, `import type { DataFlow } from 'dataflow-ts';\nimport type { Models } from './.dataflow/index.js';\ndeclare const db: DataFlow<Models>;\n`, ({ type }) => `  const created = await db.models.${type}.create(${newRow});
  const found = await db.models.${type}.read({ id, raiseOnNotFound: false });
  const updated = await db.models.${type}.update({ filter: { id }, fields: { name: 'b', age: 2 } });
  const { records: list } = await db.models.${type}.list({ filter: { active: true, age: { $gte: 18 } }, orderBy: { joinedAt: 'desc' }, limit: 20 });`);
}

export const peer: PeerProject = {
  name: 'DataFlow',
  files: (count, folder) => {
    const models = modelFile(count);
    return { 'models.ts': models, ...generate(folder, models), ...callsOf(count) };
  },
};
