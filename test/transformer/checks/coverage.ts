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

Plain \`tsc\` over the generated nodes, without the plugin and without \`dataflow\`: cases where TypeScript's own message holds the
code that DataFlow gives them, and cases with an error of any kind. This is what holds in every editor and every build.

${table(
    ['Family', 'Cases', ...versions.map((version) => `${version}: its code`), ...versions.map((version) => `${version}: any error`)],
    rows.map(({ family, of }) => [
      family,
      of.length,
      ...measured.map(({ plain }) => part(of, (one) => codesIn(plain.printed.get(one)!).some((code) => codesIn(one.expected).includes(code)))),
      ...measured.map(({ plain }) => part(of, (one) => plain.printed.get(one)!.length > 0)),
    ]),
  )}
${withoutCode(measured)}
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
  return codesIn(printed.get(one)!).length > 0;
}

function codesIn(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.match(/\bDF-\d{3}\b/g) ?? []);
}

/** Why types do not name a code where they refuse what it is about. */
const reasons: Readonly<Record<string, string>> = {
  'DF-101': 'The interface that wants the property is named, and the code is in the name of the one that calls use. A call without any argument, and a variable of a public type such as `UserCreate`, have no such name.',
  'DF-102': 'Both types are printed. A text beside the expected one would stand in every hover, and vanish in `string`.',
  'DF-103': 'The members are printed, and the near one. A text among them would stand in every hover, and editors would offer it.',
  'DF-105': 'TypeScript names what was meant ("Did you mean …?") and the type, which has a plain name: `UserFilter`, `UserOrder`. Telling any name from the known ones would make each parameter of each call a type parameter.',
  'DF-110': '`undefined` is one of the types that do not fit. To tell it from others, a contract must look at each value given: two thirds more instantiations in `cost.test.ts`.',
  'DF-111': 'As for DF-105: the near operator is named. Only operators that exist for other columns can be told (DF-112).',
  'DF-112': 'A bare value is told by its type, as for DF-102.',
  'DF-120': '`CallOptions` is shared by all models, and TypeScript names what was meant.',
  'DF-141': 'Inputs are an object type of the user\'s own.',
  'DF-142': 'As for DF-105: the near node is named.',
  'DF-215': 'As for DF-105: the near option is named.',
  'DF-702': 'No type speaks for a name that is not there; TypeScript names the near one.',
  'DF-703': 'As for DF-702.',
  'DF-704': 'As for DF-702.',
};

/** What types refuse in words of TypeScript's own, or with another code. */
function withoutCode(measured: readonly Measured[]): string {
  const { cases, plain } = measured[0]!;
  const bare = new Map<string, CorpusCase[]>();
  const others: string[] = [];
  let beside = 0;
  for (const one of cases) {
    const own = codesIn(one.expected);
    const said = codesIn(plain.printed.get(one)!);
    if (said.some((code) => own.includes(code))) {
      if (said.some((code) => !own.includes(code))) beside++;
      continue;
    }
    if (plain.printed.get(one)!.length === 0) continue;
    if (said.length > 0) others.push(`\`${one.family}/${one.name}\` (${[...new Set(said)].join(', ')} for ${own[0]})`);
    else bare.set(own[0]!, [...(bare.get(own[0]!) ?? []), one]);
  }
  const lines = [...bare].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, of]) => `| ${code} | ${of.length} | ${reasons[code] ?? 'TypeScript has words of its own for it.'} |\n`);
  return `What types refuse without naming a code, and why:

| Code | Cases | Why |
| --- | ---: | --- |
${lines.join('')}
In ${beside} of the cases with their code, a further one is in the same message. In ${others.length} cases the types name another code alone: ${others.join('; ')}.
`;
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
