import { didYouMean, nearNames } from '../../errors/near-names.js';
import { optionNames, optionTable, type OptionName } from './option-table.js';
import { optionProblem, variableProblem, type Problem } from './problems.js';
import { problemWith, valueOf } from './value-type.js';

/** Names of the options at the top, and by group, `pool` → `max` …. */
const groups = new Map<string, string[]>();
const topNames: string[] = [];
for (const name of optionNames) {
  const [group, inner] = name.split('.') as [string, string?];
  if (!topNames.includes(group)) topNames.push(group);
  if (inner !== undefined) groups.set(group, [...(groups.get(group) ?? []), inner]);
}

/** What code gives. */
export interface Given {
  readonly values: ReadonlyMap<OptionName, unknown>;
  /** Groups that are there, if only as `{}`. */
  readonly groups: ReadonlySet<string>;
}

/** Takes options apart, each checked by itself. An option that is there but undefined is not given. */
export function givenOptions(options: unknown, problems: Problem[]): Given {
  const values = new Map<OptionName, unknown>();
  const found = new Set<string>();
  const given: Given = { values, groups: found };
  if (!isObject(options)) {
    problems.push(optionProblem('options', 'an object, or a URL is expected'));
    return given;
  }
  for (const [name, value] of Object.entries(options)) {
    const members = groups.get(name);
    if (!topNames.includes(name)) problems.push(optionProblem(name, unknown(name, topNames)));
    else if (value === undefined) continue;
    else if (members === undefined) take(name as OptionName, value);
    else if (!isObject(value)) problems.push(optionProblem(name, 'an object is expected'));
    else {
      found.add(name);
      for (const [inner, one] of Object.entries(value)) {
        if (!members.includes(inner)) problems.push(optionProblem(`${name}.${inner}`, unknown(inner, members)));
        else if (one !== undefined) take(`${name}.${inner}` as OptionName, one);
      }
    }
  }
  return given;

  function take(name: OptionName, value: unknown): void {
    const problem = problemWith(optionTable[name].type, value);
    if (problem === undefined) values.set(name, value);
    else problems.push(optionProblem(name, problem));
  }
}

/**
 * What the environment gives. An empty variable is not there, but for DATABASE_URL: taken for missing, it would lead to a database
 * in memory. A name like one of ours that is none is a slip.
 */
export function environmentOptions(environment: Readonly<Record<string, string | undefined>>, problems: Problem[]): ReadonlyMap<OptionName, unknown> {
  const values = new Map<OptionName, unknown>();
  for (const name of optionNames) {
    const { variable, type } = optionTable[name];
    const text = variable === undefined ? undefined : environment[variable];
    if (variable === undefined || text === undefined || (text === '' && name !== 'url')) continue;
    const value = valueOf(type, text);
    const problem = problemWith(type, value);
    if (problem === undefined) values.set(name, value);
    else problems.push(variableProblem(variable, type.kind === 'boolean' ? '1 or 0 is expected' : problem));
  }
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith(prefix) || variables.has(variable)) continue;
    const short = variable.slice(prefix.length);
    const near = nearNames(short, shortNames).find((name) => Math.abs(name.length - short.length) <= longestSlip);
    if (near !== undefined) problems.push(variableProblem(variable, `there is no such variable; did you mean '${prefix}${near}'?`));
  }
  return values;
}

const prefix = 'DATAFLOW_';
/** `DATAFLOW_DEBUG_PORT` is no misspelt `DATAFLOW_DEBUG`, but somebody else's. */
const longestSlip = 2;
const variables = new Set(optionNames.flatMap((name) => optionTable[name].variable ?? []));
const shortNames = [...variables].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));

function unknown(name: string, known: readonly string[]): string {
  return `there is no such option${didYouMean(name, known) || (known === topNames ? '; docs/configuration.md lists them' : `; there are ${known.join(', ')}`)}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
