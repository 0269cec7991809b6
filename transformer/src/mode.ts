import type { FileCheck } from './checks/index.js';
import type { Mode } from './project.js';

/**
 * What a mode makes of a file's findings. TypeScript's errors that a finding says better are left out only where the finding is an
 * error, too: `warn` must not let a program pass that does not type-check.
 */
export function inMode(mode: Mode | undefined, check: FileCheck): FileCheck {
  if (mode === 'off') return { findings: [], explained: new Set() };
  if (mode === 'warn') return { findings: check.findings.map((found) => ({ ...found, severity: 'warning' as const })), explained: new Set() };
  if (mode === 'strict') return { ...check, findings: check.findings.map(({ severity: _, ...found }) => found as (typeof check.findings)[number]) };
  return check;
}
