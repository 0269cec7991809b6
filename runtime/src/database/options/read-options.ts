import { DataFlowError } from '../../errors/dataflow-error.js';
import { configOf } from '../config.js';
import type { DataFlowOptions } from '../options.js';
import { profiles } from '../profiles.js';
import type { Settings } from '../settings.js';
import { parseUrl, type Location } from '../url.js';
import { contradictions } from './combinations.js';
import { environmentOptions, givenOptions } from './given-options.js';
import { optionNames, optionTable, type OptionName, type OptionValues } from './option-table.js';
import { errorOf, optionProblem, problemOf, type Problem } from './problems.js';

/** Where an option's value comes from. */
export type Origin = 'option' | `environment ${string}` | `profile ${string}` | 'default';

/** The value of every option, and where it comes from. */
export interface Effective {
  readonly values: OptionValues;
  readonly origins: { readonly [Name in OptionName]: Origin };
}

/**
 * Checks options, one by one and against each other, and completes them: what code gives comes before the environment, that
 * before the profile, that before the default. All problems are raised at once, in `context.problems`; the message is the first's.
 *
 * Raises DF-401 for a URL, DF-403 for an option, DF-412 for an environment variable, DF-413 for options that contradict each other.
 */
export function readOptions(options: string | DataFlowOptions | undefined, environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const problems: Problem[] = [];
  const given = givenOptions(typeof options === 'string' ? { url: options } : (options ?? {}), problems);
  const fromEnvironment = environmentOptions(environment, problems);
  const { values, origins } = complete(given.values, fromEnvironment);
  // Whether other options fit a database that is not known cannot be said.
  const location = problems.some(({ option }) => option === 'url') ? undefined : locationOf('url');
  if (location?.dialect === 'sqlite') leaveOutServers();
  const readLocation = locationOf('readUrl');
  const directLocation = locationOf('directUrl');
  const tlsGiven = given.groups.has('tls') || values['tls.mode'] !== undefined;
  if (tlsGiven && location?.dialect === 'postgres') values['tls.mode'] ??= 'verify-full';
  if (location !== undefined) problems.push(...contradictions({ values, origins }, { location, readLocation, directLocation }));
  if (problems.length > 0) throw errorOf(problems as [Problem, ...Problem[]]);
  return settingsOf(values, { location: location!, readLocation, directLocation }, configOf({ values, origins }, location!.dialect));

  function locationOf(name: 'url' | 'readUrl' | 'directUrl'): Location | undefined {
    const value = values[name];
    if (value === undefined) return undefined;
    const place = origins[name].startsWith('environment') ? optionTable[name].variable! : name;
    try {
      return parseUrl(value, place);
    } catch (error) {
      if (!(error instanceof DataFlowError)) throw error;
      problems.push(problemOf(place, error));
      return undefined;
    }
  }

  /** Options of PostgreSQL are refused when code gives them for SQLite; from elsewhere they are meant for other databases. */
  function leaveOutServers(): void {
    const all = values as unknown as Record<OptionName, unknown>;
    for (const name of optionNames) {
      const { sinceSqlite, default: usual } = optionTable[name];
      if (sinceSqlite === undefined) continue;
      if (origins[name] === 'option') problems.push(optionProblem(name, notForSqlite(sinceSqlite)));
      all[name] = usual;
      origins[name] = 'default';
    }
    if (given.groups.has('tls') && ![...given.values.keys()].some((name) => name.startsWith('tls.'))) problems.push(optionProblem('tls', notForSqlite('has no server')));
  }
}

function notForSqlite(why: string): string {
  return `it is for PostgreSQL; SQLite ${why}`;
}

function complete(given: ReadonlyMap<OptionName, unknown>, environment: ReadonlyMap<OptionName, unknown>): { values: OptionValues; origins: Record<OptionName, Origin> } {
  const values = {} as Record<OptionName, unknown>;
  const origins = {} as Record<OptionName, Origin>;
  const profileName = (given.get('profile') ?? environment.get('profile')) as OptionValues['profile'];
  const profile: Partial<OptionValues> = profileName === undefined ? {} : profiles[profileName];
  for (const name of optionNames) {
    const { variable, besideUrl, default: usual } = optionTable[name];
    if (given.has(name)) {
      values[name] = given.get(name);
      origins[name] = 'option';
    } else if (environment.has(name) && !(besideUrl && given.has('url'))) {
      values[name] = environment.get(name);
      origins[name] = `environment ${variable!}`;
    } else if (profile[name] !== undefined) {
      values[name] = profile[name];
      origins[name] = `profile ${profileName!}`;
    } else {
      values[name] = usual;
      origins[name] = 'default';
    }
  }
  return { values: values as unknown as OptionValues, origins };
}

function settingsOf(values: OptionValues, locations: Pick<Settings, 'location' | 'readLocation' | 'directLocation'>, config: Settings['config']): Settings {
  const { 'tls.mode': mode, 'tls.ca': ca, 'tls.cert': cert, 'tls.key': key, 'tls.serverName': serverName } = values;
  return {
    ...locations,
    pooling: values.pooling,
    batchReads: values.batchReads,
    schema: values.schema,
    driver: values.driver,
    pool: {
      max: values['pool.max'],
      acquireTimeoutMs: values['pool.acquireTimeoutMs'],
      idleTimeoutMs: values['pool.idleTimeoutMs'],
      maxLifetimeMs: values['pool.maxLifetimeMs'],
    },
    timeouts: {
      connectMs: values['timeouts.connectMs'],
      statementMs: values['timeouts.statementMs'],
      lockMs: values['timeouts.lockMs'],
      idleInTransactionMs: values['timeouts.idleInTransactionMs'],
    },
    tls: mode === undefined ? undefined : {
      mode,
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(serverName !== undefined && { serverName }),
    },
    createTables: values.migrations === 'auto',
    schemaCache: {
      enabled: values['schemaCache.enabled'],
      ttlMs: values['schemaCache.ttlMs'],
      maxSize: values['schemaCache.maxSize'],
      validate: values['schemaCache.validate'],
    },
    errors: { mode: values['errors.mode'] },
    debug: values.debug,
    logger: values.logger,
    slowQueryMs: values.slowQueryMs === 0 ? undefined : values.slowQueryMs,
    metrics: values.metrics,
    telemetry: values.telemetry,
    config,
  };
}
