import { relative } from 'node:path';
import { jsonOf } from '../../diagnostic.js';
import type { ProjectCheck } from '../check-project.js';
import type { Item } from './items.js';

/** For tools: the findings of each project, with their fixes, and TypeScript's own errors. Paths are relative to the project. */
export function jsonReport(checks: readonly ProjectCheck[], items: readonly Item[]): string {
  const projects = checks.map((check) => {
    const { folder, configPath } = check.project;
    const own = items.filter(({ source }) => source.check === check);
    return {
      ...(configPath !== undefined && { tsconfig: shown(process.cwd(), configPath) }),
      folder: shown(process.cwd(), folder) || '.',
      findings: own.flatMap(({ source }) => ('found' in source ? [jsonOf(source.found)] : [])),
      typescript: own.filter(({ source }) => 'diagnostic' in source).map(({ code, severity, message, details, place }) => ({
        code, severity,
        message: [message, ...details].join('\n'),
        ...(place && { at: { file: shown(folder, place.path), line: place.line, column: place.column, start: place.start, end: place.end } }),
      })),
    };
  });
  const errors = items.filter(({ severity }) => severity === 'error').length;
  return `${JSON.stringify({ projects, errors, warnings: items.length - errors }, undefined, 2)}\n`;
}

function shown(folder: string, path: string): string {
  return relative(folder, path).replaceAll('\\', '/');
}
