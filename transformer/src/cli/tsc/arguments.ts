import { resolve } from 'node:path';
import type ts from 'typescript';
import { dfError } from 'dataflow-ts/compiler';
import { findTsconfig } from '../../project.js';
import type { ProgramConfig } from '../check-project.js';

/** What a `tsc` command line asks for, as far as DataFlow has to know. */
export interface TscRequest {
  readonly build: boolean;
  /** The programs it is about, those that others refer to first; none when it only asks for information. */
  readonly configs: readonly ProgramConfig[];
  /** Value of `--pretty`, from the command line or the first tsconfig. */
  readonly pretty: boolean | undefined;
  /** Whether the command line itself says so. */
  readonly saysPretty: boolean;
}

/** Internal, in every TypeScript that has an API. */
interface BuildParser {
  parseBuildCommand(args: readonly string[]): { buildOptions: { clean?: boolean; dry?: boolean; watch?: boolean; help?: boolean; pretty?: boolean }; projects: string[]; watchOptions?: object };
}

const informing = ['help', 'all', 'version', 'init', 'showConfig', 'listFilesOnly', 'lsp', 'api'];

/**
 * Reads a command line as tsc does. What is wrong with it, or with a tsconfig, is left for tsc to say.
 * @throws DF-448 it watches
 */
export function readArguments(tsc: typeof import('typescript'), args: readonly string[], cwd: string): TscRequest {
  const watching = args.find((arg) => /^--?(w|watch)$/i.test(arg));
  if (watching !== undefined) throw dfError('DF-448', { option: watching });
  if (/^--?b(uild)?$/i.test(args[0] ?? '')) {
    const { buildOptions, projects } = (tsc as unknown as BuildParser).parseBuildCommand(args.slice(1));
    const asked = buildOptions.clean || buildOptions.dry || buildOptions.help ? [] : projects;
    const configs = new Map<string, ts.ParsedCommandLine>();
    for (const project of asked) addConfig(tsc, project, cwd, {}, configs);
    return request([...configs.values()], buildOptions.pretty, true);
  }
  const { options, fileNames } = tsc.parseCommandLine(args);
  if (informing.some((name) => options[name] !== undefined)) return request([], options['pretty'], false);
  const files = fileNames.filter((name) => tsc.sys.fileExists(resolve(cwd, name)));
  if (files.length > 0) return request([{ fileNames: files, options }], options['pretty'], false);
  const configs = new Map<string, ts.ParsedCommandLine>();
  addConfig(tsc, options.project, cwd, options, configs, false);
  return request([...configs.values()], options['pretty'], false);
}

function request(configs: readonly ProgramConfig[], pretty: unknown, build: boolean): TscRequest {
  const wanted = pretty ?? configs[0]?.options['pretty'];
  return { build, configs, pretty: typeof wanted === 'boolean' ? wanted : undefined, saysPretty: typeof pretty === 'boolean' };
}

/** Adds the program of a tsconfig, after those that it refers to. A tsconfig that cannot be read is tsc's to report. */
function addConfig(
  tsc: typeof import('typescript'),
  given: string | undefined,
  cwd: string,
  options: ts.CompilerOptions,
  configs: Map<string, ts.ParsedCommandLine>,
  withReferences = true,
): void {
  const path = tsconfigAt(given, cwd);
  if (path === undefined || configs.has(path)) return;
  const config = tsc.getParsedCommandLineOfConfigFile(path, options, { ...tsc.sys, onUnRecoverableConfigFileDiagnostic: () => undefined });
  if (!config) return;
  if (withReferences) for (const reference of config.projectReferences ?? []) addConfig(tsc, reference.path, cwd, options, configs);
  if (config.fileNames.length > 0) configs.set(path, config);
}

function tsconfigAt(given: string | undefined, cwd: string): string | undefined {
  try {
    return findTsconfig(given, cwd);
  } catch {
    return undefined;
  }
}
