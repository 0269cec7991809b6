import { callFiles, modelsOf, newRow, type PeerProject } from '../project.js';

const entity = ({ type, table }: { type: string; table: string }): string => `@Entity('${table}')
export class ${type} {
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('text', { unique: true }) email!: string;
  @Column('int') age!: number;
  @Column('boolean') active!: boolean;
  @Column('double precision') score!: number;
  @Column('timestamptz') joinedAt!: Date;
  @Column('text', { nullable: true }) note!: string | null;
}
`;

export const peer: PeerProject = {
  name: 'TypeORM',
  files: (count) => ({
    'entities.ts': `import { Column, Entity, PrimaryColumn } from 'typeorm';\n${modelsOf(count).map(entity).join('')}`,
    'db.ts': `import { DataSource } from 'typeorm';\nexport declare const source: DataSource;\n`,
    ...callFiles(count, `import { MoreThanOrEqual } from 'typeorm';\nimport { source } from './db.js';\nimport * as e from './entities.js';\n`, ({ type }) => `  const repository = source.getRepository(e.${type});
  const created = await repository.save(repository.create(${newRow}));
  const found = await repository.findOneBy({ id });
  await repository.update({ id }, { name: 'b', age: 2 });
  const updated = await repository.findOneByOrFail({ id });
  const list = await repository.find({ where: { active: true, age: MoreThanOrEqual(18) }, order: { joinedAt: 'DESC' }, take: 20 });`),
  }),
};
