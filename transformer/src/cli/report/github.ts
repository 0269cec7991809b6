import { relative } from 'node:path';
import type { Item } from './items.js';

/** Workflow commands, which GitHub shows beside the lines of a pull request. */
export function githubReport(items: readonly Item[], root = process.env['GITHUB_WORKSPACE'] ?? process.cwd()): string {
  return items.map((item) => `${command(item, root)}\n`).join('');
}

function command({ code, title, severity, message, details, place }: Item, root: string): string {
  const properties = {
    ...(place && { file: relative(root, place.path).replaceAll('\\', '/'), line: place.line, col: place.column, endLine: place.endLine, endColumn: place.endColumn }),
    title: `${code}: ${title}`,
  };
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escape(String(value)).replace(/:/g, '%3A').replace(/,/g, '%2C')}`);
  return `::${severity} ${list.join(',')}::${escape([`${code}: ${message}`, ...details].join('\n'))}`;
}

function escape(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
