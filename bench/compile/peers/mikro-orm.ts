import { callFiles, modelsOf, newRow, type PeerProject } from '../project.js';

const entity = ({ type, table }: { type: string; table: string }): string => `@Entity({ tableName: '${table}' })
export class ${type} {
  @PrimaryKey({ type: 'text' }) id!: string;
  @Property({ type: 'text' }) name!: string;
  @Property({ type: 'text', unique: true }) email!: string;
  @Property({ type: 'integer' }) age!: number;
  @Property({ type: 'boolean' }) active!: boolean;
  @Property({ type: 'double' }) score!: number;
  @Property({ type: 'datetime' }) joinedAt!: Date;
  @Property({ type: 'text', nullable: true }) note!: string | null;
}
`;

export const peer: PeerProject = {
  name: 'MikroORM',
  files: (count) => ({
    'entities.ts': `import { Entity, PrimaryKey, Property } from '@mikro-orm/core';\n${modelsOf(count).map(entity).join('')}`,
    'db.ts': `import type { EntityManager } from '@mikro-orm/postgresql';\nexport declare const em: EntityManager;\n`,
    ...callFiles(count, `import { em } from './db.js';\nimport * as e from './entities.js';\n`, ({ type }) => `  const created = em.create(e.${type}, ${newRow});
  await em.flush();
  const found = await em.findOne(e.${type}, { id });
  const updated = await em.findOneOrFail(e.${type}, { id });
  em.assign(updated, { name: 'b', age: 2 });
  await em.flush();
  const list = await em.find(e.${type}, { active: true, age: { $gte: 18 } }, { orderBy: { joinedAt: 'desc' }, limit: 20 });`),
  }),
};
