import { relative } from 'node:path';
import { dfError, type Fix } from 'dataflow-ts/compiler';
import { applyPlan } from '../../generate-project.js';
import { ProjectChecker, type ProgramConfig, type ProjectCheck } from '../check-project.js';
import { fixRounds, type FixOptions } from './fix-rounds.js';
import { readSource } from './source-text.js';
import { writeTogether, type Change } from './write-together.js';

/** A file that is changed. */
export interface FixedFile {
  readonly path: string;
  readonly isNew?: boolean;
  readonly before: string;
  readonly after: string;
}

export interface FixOutcome {
  /** Each project as it is with the fixes. */
  readonly checks: readonly ProjectCheck[];
  readonly files: readonly FixedFile[];
  readonly fixes: readonly Fix[];
}

/**
 * Fixes what can be fixed in some projects, and brings their generated files up to date when something was.
 * @param dryRun works everything out and writes nothing
 * @throws DF-724 a file cannot be written; then none is
 */
export function fixProjects(tsc: typeof import('typescript'), configs: readonly ProgramConfig[], options: FixOptions & { readonly dryRun: boolean }): FixOutcome {
  let texts: ReadonlyMap<string, string> = new Map();
  const fixes: Fix[] = [];
  const checks = configs.map((config) => {
    const fixed = fixRounds(new ProjectChecker(tsc, config), options, texts);
    texts = fixed.texts;
    fixes.push(...fixed.fixes);
    return fixed.check;
  });
  const files: FixedFile[] = [];
  const changes: Change[] = [];
  for (const [path, after] of texts) {
    const source = readSource(path);
    if (!source) throw unwritable(path, 'it is not valid UTF-8');
    files.push({ path, before: source.text, after });
    changes.push({ path, before: source.bytes, after: source.toBytes(after) });
  }
  if (options.dryRun || changes.length === 0) return { checks, files, fixes };
  const failure = writeTogether(changes);
  if (failure) throw unwritable(failure.path, failure.reason);
  const generated = checks.map((check) => ({ ...check, findings: [...check.findings, ...applyPlan(check.plan, check.project)] }));
  return { checks: generated, files, fixes };
}

function unwritable(path: string, reason: string): Error {
  return dfError('DF-724', { file: relative(process.cwd(), path).replaceAll('\\', '/'), reason });
}
