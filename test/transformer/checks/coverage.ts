/** Measures how much of the corpus each compiler catches, and writes it down as `docs/error-coverage.md`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Applicability } from 'dataflow-ts/compiler';
import type { Ran } from '../plugin/project-folder.js';
import { buildValid, diagnosticsIn, MisuseProject, validPrograms, type Compiler, type CorpusCase, type CorpusRun } from './compatibility.js';
import { misuse } from './corpus.js';

export interface Measured {
  readonly compiler: Compiler;
  readonly cases: readonly CorpusCase[];
  /** With DataFlow. */
  readonly misuse: CorpusRun;
  /** TypeScript alone over the generated nodes. */
  readonly plain: CorpusRun;
  readonly valid: Ran;
}

export async function measure(compiler: Compiler, cases: readonly CorpusCase[]): Promise<Measured> {
  const project = new MisuseProject(compiler, cases);
  try {
    return { compiler, cases, misuse: project.build(), plain: project.buildPlain(), valid: await buildValid(compiler) };
  } finally {
    await project.close();
  }
}

/** Cases whose output is not, diagnostic for diagnostic, the golden text. */
export function differences({ cases, misuse: { printed } }: Measured): { name: string; is: readonly string[]; shouldBe: readonly string[] }[] {
  return cases
    .map((one) => ({ name: `${one.family}/${one.name}`, is: printed.get(one)!, shouldBe: one.expected }))
    .filter(({ is, shouldBe }) => JSON.stringify(is) !== JSON.stringify(shouldBe));
}

/** Text of the page. Holds nothing but what the corpus and the compilers make of it. */
export function coveragePage(measured: readonly Measured[]): string {
  const { cases } = measured[0]!;
  const families = [...new Set(cases.map(({ family }) => family))];
  const rows = [...families.map((family) => ({ family, of: cases.filter((one) => one.family === family) })), { family: '**all**', of: cases }];
  const same = cases.filter((one) => measured.every((each) => !differences(each).some(({ name }) => name === `${one.family}/${one.name}`)));
  const versions = measured.map(({ compiler }) => compiler.version);
  const programs = validPrograms().length;
  return `# What is caught before the program runs

Written by \`npm run docs:coverage\`; \`test/transformer/checks/compatibility.test.ts\` measures anew and fails when a figure is no
longer true.

Each case in \`fixtures/misuse\` is a small program with a mistake that can be seen without running it. Mistakes that show only in
the values of a running program are not in the corpus, so 100 % here does not mean that nothing is left to go wrong. The
compilers run as users run them, each in a process of its own:
${measured.map(({ compiler }) => `TypeScript ${compiler.version} with \`${compiler.command}\``).join(', ')}.

## Caught at build time

A case counts as caught when a diagnostic with a DF code stands in its file. ${same.length} of ${cases.length} cases print what
is expected, with the same places and in the same order, under all of these compilers.

${table(
    ['Family', 'Cases', ...versions],
    rows.map(({ family, of }) => [family, of.length, ...measured.map((each) => part(of, (one) => hasDf(each.misuse, one)))]),
  )}${missed(measured)}
## Caught by types alone

Plain \`tsc\` over the generated nodes, without the plugin and without \`dataflow\`: cases with a DF code in TypeScript's own
message, and cases with an error of any kind. This is what holds in every editor and every build.

${table(
    ['Family', 'Cases', ...versions.map((version) => `${version}: DF code`), ...versions.map((version) => `${version}: any error`)],
    rows.map(({ family, of }) => [
      family,
      of.length,
      ...measured.map(({ plain }) => part(of, (one) => hasDf(plain, one))),
      ...measured.map(({ plain }) => part(of, (one) => plain.printed.get(one)!.length > 0)),
    ]),
  )}
## Repaired by the machine

A case counts when every finding in it has a fix: one that \`dataflow fix\` applies by itself (\`MachineApplicable\`), or any that
an editor offers.

${table(
    ['Family', 'Cases', 'Machine fix', 'Any fix'],
    rows.map(({ family, of }) => [family, of.length, part(of, (one) => hasFixes(one, 'MachineApplicable')), part(of, (one) => hasFixes(one))]),
  )}
## Size of a message

Bytes of one diagnostic as the compiler prints it, all lines, from \`error\` on (without the path before it).

${table(['Family', 'Diagnostics', 'Median', 'Largest'], rows.map(({ family, of }) => [family, ...sizes(of.flatMap((one) => measured[0]!.misuse.printed.get(one)!))]))}
## False alarms

\`fixtures/valid\` holds ${programs} programs without a mistake, large and odd ones among them.

${table(
    ['Compiler', 'Programs', 'Diagnostics'],
    measured.map(({ compiler, valid: { out } }) => [`TypeScript ${compiler.version}, \`${compiler.command}\``, programs, diagnosticsIn(out).length]),
  )}`;
}

function hasDf({ printed }: CorpusRun, one: CorpusCase): boolean {
  return printed.get(one)!.some((text) => /\bDF-\d{3}\b/.test(text));
}

function hasFixes({ family, name }: CorpusCase, applicability?: Applicability): boolean {
  const findings = JSON.parse(readFileSync(join(misuse, family, name, 'expected.json'), 'utf8')) as { fixes: { applicability: Applicability }[] }[];
  return findings.length > 0 && findings.every(({ fixes }) => fixes.some((fix) => applicability === undefined || fix.applicability === applicability));
}

/** What no compiler with DataFlow may miss, but does. */
function missed(measured: readonly Measured[]): string {
  const lines = measured.flatMap(({ compiler, cases, misuse: run }) => {
    const names = cases.filter((one) => !hasDf(run, one)).map(({ family, name }) => `\`${family}/${name}\``);
    return names.length > 0 ? [`- Not caught under ${compiler.version}: ${names.join(', ')}`] : [];
  });
  return lines.length > 0 ? `\n${lines.join('\n')}\n` : '';
}

function part<T>(of: readonly T[], test: (one: T) => boolean): string {
  const count = of.filter(test).length;
  // Rounded down: 100 % is said of all cases only.
  return `${count} (${of.length === 0 ? 0 : Math.floor((count * 100) / of.length)} %)`;
}

function sizes(texts: readonly string[]): number[] {
  const bytes = texts.map((text) => Buffer.byteLength(text.replace(/^\(\d+,\d+\): /, ''))).sort((a, b) => a - b);
  return [bytes.length, bytes[Math.floor((bytes.length - 1) / 2)] ?? 0, bytes.at(-1) ?? 0];
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map((_, i) => (i === 0 ? '---' : '---:'))) + rows.map(line).join('');
}
