import type { TransactionSettings } from './plan.js';

const isolationLevels: readonly unknown[] = ['read uncommitted', 'read committed', 'repeatable read', 'serializable'];
const names = ['isolation', 'readOnly', 'deferrable', 'retries'] as const satisfies readonly (keyof TransactionSettings)[];

export interface SettingProblem {
  readonly option: string;
  /** What would be right, to stand behind `must be`. */
  readonly wanted: string;
}

/** What is wrong with the settings of a transaction workflow, option by option and against each other. */
export function settingProblems(settings: Readonly<Record<string, unknown>>): SettingProblem[] {
  const { isolation, readOnly, deferrable, retries } = settings;
  const isFlag = (value: unknown) => value === undefined || typeof value === 'boolean';
  const problems: (SettingProblem | false)[] = [
    ...Object.keys(settings).map((option) => !(names as readonly string[]).includes(option) && { option, wanted: `one of ${names.join(', ')}` }),
    isolation !== undefined && !isolationLevels.includes(isolation) && { option: 'isolation', wanted: isolationLevels.map((level) => `'${String(level)}'`).join(', ') },
    !isFlag(readOnly) && { option: 'readOnly', wanted: 'true or false' },
    !isFlag(deferrable) && { option: 'deferrable', wanted: 'true or false' },
    deferrable === true && !(isolation === 'serializable' && readOnly === true) && { option: 'deferrable', wanted: "given together with isolation 'serializable' and readOnly" },
    retries !== undefined && !(Number.isInteger(retries) && (retries as number) >= 0 && (retries as number) <= 1_000_000) && { option: 'retries', wanted: 'a whole number from 0 to 1000000' },
  ];
  return problems.filter((problem) => problem !== false);
}
