import { relative, resolve } from 'node:path';
import type { Applicability, Finding, Fix } from 'dataflow-ts/compiler';
import { applyFixes } from '../../apply-fixes.js';
import type { Mode } from '../../project.js';
import { isOwn, type ProjectCheck, type ProjectChecker } from '../check-project.js';

export interface FixOptions {
  /** Also fixes that may be wrong. */
  readonly maybe: boolean;
  readonly mode?: Mode;
}

export interface Fixed {
  /** What is left when nothing more can be fixed. */
  readonly check: ProjectCheck;
  /** The texts, by absolute path, of all files that are edited: those given and those of this project. */
  readonly texts: ReadonlyMap<string, string>;
  readonly fixes: readonly Fix[];
}

/** A fix that makes place for another one takes a round; more rounds than this mean that two fixes undo each other. */
const mostRounds = 20;

/**
 * Applies fixes and checks again, in memory, until nothing is left that can be fixed.
 * @param given texts, by absolute path, that are edited already
 */
export function fixRounds(checker: ProjectChecker, options: FixOptions, given: ReadonlyMap<string, string>): Fixed {
  const mode = options.mode && { mode: options.mode };
  let texts = given;
  let check = checker.check({ ...mode, edited: texts });
  const fixes: Fix[] = [];
  const seen = new Set([keyOf(texts)]);
  for (let round = 0; round < mostRounds; round++) {
    const { folder } = check.project;
    const read = (file: string) => editableText(check, resolve(folder, file));
    const { texts: changed, applied } = applyFixes({ get: read }, chooseFixes(check.findings, options.maybe));
    const next = new Map(texts);
    for (const [file, text] of changed) next.set(resolve(folder, file), text);
    if (applied.length === 0 || seen.has(keyOf(next))) break;
    seen.add(keyOf(next));
    const after = checker.check({ ...mode, edited: next });
    if (breaksSyntax(check, after, [...changed.keys()].map((file) => resolve(folder, file)))) break;
    texts = next;
    check = after;
    fixes.push(...applied);
  }
  return { check, texts, fixes };
}

/** The best fix of each finding that may be applied. Placeholders are never for a machine to fill in. */
function chooseFixes(findings: readonly Finding[], maybe: boolean): Fix[] {
  const levels: readonly Applicability[] = maybe ? ['MachineApplicable', 'MaybeIncorrect'] : ['MachineApplicable'];
  return findings.flatMap(({ fixes }) => fixes?.find(({ applicability }) => levels.includes(applicability)) ?? []);
}

/** Text of a file that fixes may change: one of the project's own sources, and no generated one. */
function editableText({ program, project }: ProjectCheck, path: string): string | undefined {
  const file = program.getSourceFile(path);
  if (!file || !isOwn(program, file)) return undefined;
  const inside = relative(project.outDir, path);
  return inside.startsWith('..') || resolve(inside) === inside ? file.text : undefined;
}

/** Whatever a fix is good for, code that parsed has to parse afterwards. */
function breaksSyntax(before: ProjectCheck, after: ProjectCheck, paths: readonly string[]): boolean {
  const errors = ({ program }: ProjectCheck, path: string) => program.getSyntacticDiagnostics(program.getSourceFile(path)).length;
  return paths.some((path) => errors(after, path) > errors(before, path));
}

function keyOf(texts: ReadonlyMap<string, string>): string {
  return JSON.stringify([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
