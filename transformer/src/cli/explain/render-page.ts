import pc from 'picocolors';
import type { Page } from './pages.js';

/** A page of the catalogue for a terminal: headings without `##`, examples indented. */
export function renderPage(page: Page): string {
  const facts = [
    ...(page.expected === undefined ? [] : [`expected: ${page.expected}`]),
    ...(page.received === undefined ? [] : [`received: ${page.received}`]),
    `fix: ${fixes[page.fix]}`,
  ];
  const retired = page.retired ? [pc.yellow('This code is retired: no version from this one on raises it.'), ''] : [];
  return [`${pc.bold(pc.red(page.code))} ${pc.bold(page.title)}`, '', ...retired, `  ${pc.cyan(page.message)}`, ...facts.map((fact) => `  ${pc.dim(fact)}`), '', ...renderMarkdown(page.body), ''].join('\n');
}

const fixes: Readonly<Record<Page['fix'], string>> = {
  MachineApplicable: 'clear; `dataflow fix` applies it where it stands in code',
  MaybeIncorrect: 'likely; `dataflow fix --maybe` applies it where it stands in code',
  HasPlaceholders: 'needs something that only you know',
  Unspecified: 'by hand',
};

/** The Markdown that catalogue files are written in: paragraphs, lists, `##` headings, fenced code, code in a line. */
function renderMarkdown(text: string): string[] {
  const lines: string[] = [];
  let fence = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) fence = !fence;
    else if (fence) lines.push(`    ${line}`.trimEnd());
    else if (line.startsWith('## ')) lines.push(pc.bold(line.slice(3)));
    else lines.push(inLine(line.replace(/^- /, '  • ').replace(/^ {2}(?=[^ •])/, '    ')));
  }
  return lines;
}

function inLine(line: string): string {
  return line
    .replace(/`([^`]+)`/g, (_, code: string) => pc.cyan(code))
    .replace(/\*\*([^*]+)\*\*/g, (_, strong: string) => pc.bold(strong));
}
