import { relative } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import pc from 'picocolors';
import type { FixedFile } from './fix-projects.js';

/** The changes as `git diff` shows them, coloured on a terminal; without colours `git apply` and `patch` understand them. */
export function preview(files: readonly FixedFile[]): string {
  return files
    .map(({ path, isNew, before, after }) => {
      const name = relative(process.cwd(), path).replaceAll('\\', '/');
      return createTwoFilesPatch(isNew ? '/dev/null' : `a/${name}`, `b/${name}`, before, after, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY });
    })
    .join('')
    .replace(/^.+$/gm, coloured);
}

function coloured(line: string): string {
  if (line.startsWith('---') || line.startsWith('+++')) return pc.bold(line);
  if (line.startsWith('@@')) return pc.cyan(line);
  if (line.startsWith('+')) return pc.green(line);
  return line.startsWith('-') ? pc.red(line) : line;
}
