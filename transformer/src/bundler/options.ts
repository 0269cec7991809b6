import { dfError, didYouMean } from 'dataflow-ts/compiler';
import type { Mode } from '../project.js';

/** What the bundler plugin can be told. */
export interface BundlerOptions {
  /** The tsconfig file, or the folder that holds it, relative to the bundler's root. Default: the nearest tsconfig.json upwards. */
  readonly tsconfig?: string;
  /** Stands before the `mode` of the plugin's entry in tsconfig. Without either, errors fail a build and warnings are printed. */
  readonly mode?: Mode;
}

const names = ['tsconfig', 'mode'] satisfies (keyof BundlerOptions)[];
const modes: readonly unknown[] = ['strict', 'warn', 'off'] satisfies Mode[];

/**
 * Refuses what TypeScript would, in configuration files that nobody type-checks.
 * @throws DF-444 an unusable value; DF-450 an unknown option
 */
export function checkedOptions(given: BundlerOptions | undefined): BundlerOptions {
  const options: Record<string, unknown> = { ...given };
  for (const option of Object.keys(options)) {
    if (!(names as string[]).includes(option)) throw dfError('DF-450', { option, hint: didYouMean(option, names) });
  }
  const { mode, tsconfig } = options;
  if (mode !== undefined && !modes.includes(mode)) throw dfError('DF-444', { option: 'mode', value: JSON.stringify(mode), expected: "'strict', 'warn' or 'off'" });
  if (tsconfig !== undefined && typeof tsconfig !== 'string') throw dfError('DF-444', { option: 'tsconfig', value: JSON.stringify(tsconfig), expected: 'the path of a tsconfig file' });
  return options;
}
