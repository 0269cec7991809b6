import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type ts from 'typescript';

export const firstModel = `import { model, unique } from 'dataflow-ts';

@model
export class User {
  id!: string;
  name!: string;
  @unique email!: string;
  active: boolean = true;
  createdAt!: Date; // set by DataFlow
  updatedAt!: Date; // set by DataFlow
}
`;

/**
 * Where a first model goes; undefined when the project has models, or reads only files that the tsconfig lists.
 * @param sources the folder that sources belong in
 */
export function placeOfFirstModel({ fileNames, raw }: ts.ParsedCommandLine, sources: string): string | undefined {
  if (fileNames.some(declaresModels)) return undefined;
  const { files, include } = raw as { files?: unknown; include?: unknown };
  if (Array.isArray(files) && include === undefined) return undefined;
  return ['models.ts', 'tables.ts', 'dataflow-models.ts'].map((name) => join(sources, name)).find((path) => !existsSync(path));
}

function declaresModels(path: string): boolean {
  if (!/\.[cm]?tsx?$/.test(basename(path)) || !existsSync(path)) return false;
  const text = readFileSync(path, 'utf8');
  return /['"]dataflow-ts['"]/.test(text) && /@(\w+\.)?model\b/.test(text);
}
