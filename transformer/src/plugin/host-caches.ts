import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type ts from 'typescript';
import type { WriteFile } from '../generate-project.js';

/** Writing through the host makes it forget that the file was missing, which the hosts of `--watch` and `-b` remember. */
export function writerOf(host: ts.CompilerHost): WriteFile {
  return (path, text) => {
    let failure: string | undefined;
    host.writeFile(path, text, false, (message) => (failure = message));
    if (failure !== undefined) throw new Error(failure);
  };
}

/**
 * Makes the host of `-b` forget that a folder was missing, or the next project does not find what is in it. The host forgets a
 * folder only when it makes one itself, and that it does only after a write has failed, as onto a folder.
 */
export function forgetMissingFolder(host: ts.CompilerHost, folder: string): void {
  if (!existsSync(folder)) return;
  const inside = mkdtempSync(join(folder, '.tmp-'));
  host.writeFile(inside, '', false, () => undefined);
  rmSync(inside, { recursive: true, force: true });
}

/** With `-b` one cache of module resolutions serves all projects, also those that do not have the plugin. */
export function forgetResolutions(host: ts.CompilerHost): void {
  host.getModuleResolutionCache?.()?.clear();
}
