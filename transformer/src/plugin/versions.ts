import { createHash } from 'node:crypto';
import { resolve, sep } from 'node:path';
import type ts from 'typescript';
import type { ModelSchema } from 'dataflow-ts/compiler';
import type { TypeScript } from '../checks/check-context.js';
import { generatedModule } from '../checks/models-elsewhere.js';
import { versionOfPackage } from '../package-files.js';
import type { Project } from '../project.js';

/** `version` is what the builders compare to know whether a file has to be checked again. */
type VersionedFile = ts.SourceFile & { version?: string };

const plainVersions = new WeakMap<ts.SourceFile, string>();

/**
 * Builders keep the diagnostics of a file as long as its version, and the versions of what it imports, are the same. Two things
 * that findings depend on are in no version: findings about models may stand in one file and come of another, so they are taken
 * into the version of the file that they stand in; and the checks of a file look at the models themselves, which say more than the
 * generated types, so the models are taken into the versions of all generated declarations.
 */
export function markVersions(tsc: TypeScript, program: ts.Program, project: Project, models: readonly ModelSchema[], byFile: ReadonlyMap<ts.SourceFile, readonly ts.Diagnostic[]>): void {
  const generated = resolve(project.outDir) + sep;
  let ofModels: string | undefined;
  for (const file of program.getSourceFiles()) {
    const diagnostics = byFile.get(file);
    const parts: string[] = [];
    if (diagnostics) parts.push(JSON.stringify(diagnostics.map(({ code, start, messageText }) => [code, start, messageText])));
    if (file.isDeclarationFile && models.length > 0 && resolve(file.fileName).startsWith(generated)) parts.push((ofModels ??= digest(textOfModels(project, models))));
    else {
      // Places in the module are left out: that a class moved in its file changes nothing.
      const module = generatedModule(tsc, file)?.replace(/\bsource: \{[^}]*\}/g, '');
      if (module !== undefined) parts.push(module);
    }
    markVersion(file, parts);
  }
}

function markVersion(file: VersionedFile, parts: readonly string[]): void {
  const plain = plainVersions.get(file) ?? file.version;
  if (plain === undefined) return;
  if (parts.length === 0) {
    if (plainVersions.has(file)) file.version = plain;
    return;
  }
  plainVersions.set(file, plain);
  file.version = `${plain}-${digest(parts.join('\n'))}`;
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function textOfModels({ mode }: Project, models: readonly ModelSchema[]): string {
  return JSON.stringify([versionOfPackage(), mode, models], (key, value: unknown) => (key === 'source' ? undefined : value));
}
