import { relative } from 'node:path';
import type ts from 'typescript';
import type { Edit, ModelSchema, SourcePlace } from 'dataflow-ts/compiler';
import type { Project } from '../project.js';

export type TypeScript = typeof import('typescript');

/** What the checks of all files of a program share. */
export interface CheckContext {
  readonly ts: TypeScript;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly project: Pick<Project, 'folder' | 'outDir' | 'mode'>;
  /** The models that could be read without findings. */
  readonly models: readonly ModelSchema[];
}

/** Where a node stands, relative to the project. */
export function placeOf(context: CheckContext, node: ts.Node): SourcePlace {
  return placeAt(context, node.getSourceFile(), node.getStart(), node.end);
}

/** A place by offsets. */
export function placeAt(context: CheckContext, file: ts.SourceFile, start: number, end: number): SourcePlace {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return { file: fileNameOf(context, file), line: line + 1, column: character + 1, start, end };
}

/** An edit that replaces a node. */
export function replace(context: CheckContext, node: ts.Node, text: string): Edit {
  return { file: fileNameOf(context, node.getSourceFile()), start: node.getStart(), end: node.end, text };
}

/** An edit that inserts text. */
export function insert(context: CheckContext, file: ts.SourceFile, at: number, text: string): Edit {
  return { file: fileNameOf(context, file), start: at, end: at, text };
}

/** A file's path as findings name it: relative to the project, with `/`. */
export function fileNameOf({ project }: Pick<CheckContext, 'project'>, file: ts.SourceFile): string {
  return relative(project.folder, file.fileName).replaceAll('\\', '/');
}
