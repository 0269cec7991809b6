import { dfError, type DataFlowError } from '../../errors/dataflow-error.js';

/** Something wrong with the options. */
export interface Problem {
  /** The option, `pool.max`, or the environment variable. */
  readonly option: string;
  readonly problem: string;
  /** Makes its error. @param others what the message says of the other problems */
  readonly error: (others: string) => DataFlowError;
}

export function optionProblem(option: string, problem: string): Problem {
  const short = shortened(option);
  return { option: short, problem, error: (others) => dfError('DF-403', { option: short, problem: problem + others }) };
}

export function variableProblem(variable: string, problem: string): Problem {
  return { option: variable, problem, error: (others) => dfError('DF-412', { variable, problem: problem + others }) };
}

/** Two options, each right by itself. */
export function contradiction(option: string, other: string, problem: string): Problem {
  return { option, problem, error: (others) => dfError('DF-413', { option, other, problem: problem + others }) };
}

/** An error that says it all, such as that of a URL. */
export function problemOf(option: string, error: DataFlowError): Problem {
  return { option, problem: error.message, error: () => error };
}

/** One error for all problems: the first, with the names of the others as far as the line has room, and all of them in `context.problems`. */
export function errorOf(problems: readonly [Problem, ...Problem[]]): DataFlowError {
  const [first, ...others] = problems;
  const alone = first.error('');
  const error = others.length === 0 ? alone : first.error(`; ${othersText(others, longestLine - alone.message.length - 2)}`);
  return error.within({ problems: problems.map(({ option, problem }) => ({ option, problem })) });
}

const longestLine = 120;

function othersText(problems: readonly Problem[], room: number): string {
  const names = [...new Set(problems.map(({ option }) => `'${option}'`))];
  for (let count = names.length; count > 0; count--) {
    const text = `also wrong: ${names.slice(0, count).join(', ')}${count < names.length ? ` and ${names.length - count} more` : ''}`;
    if (text.length <= room) return text;
  }
  return `and ${names.length} more`;
}

/** Names that somebody misspelt may have any length. */
function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 37)}...` : name;
}
