import type { Location } from '../url.js';
import type { OptionName } from './option-table.js';
import { contradiction, optionProblem, type Problem } from './problems.js';
import type { Effective } from './read-options.js';

export interface Locations {
  readonly location: Location;
  readonly readLocation: Location | undefined;
  readonly directLocation: Location | undefined;
}

/** Options that are right each by itself, but not together. */
export function contradictions({ values, origins }: Effective, locations: Locations): Problem[] {
  const { location, readLocation, directLocation } = locations;
  const problems: Problem[] = [];
  const { driver } = values;
  if (driver !== undefined && (driver === 'pg') !== (location.dialect === 'postgres')) {
    problems.push(optionProblem('driver', `'${driver}' is for ${driver === 'pg' ? 'PostgreSQL' : 'SQLite'}, but the URL names a ${location.dialect === 'postgres' ? 'PostgreSQL' : 'SQLite'} database`));
  }
  if (location.dialect === 'postgres') {
    for (const [name, other] of [['readUrl', readLocation], ['directUrl', directLocation]] as const) {
      if (other?.dialect === 'sqlite') problems.push(contradiction(name, 'url', 'the one names a SQLite database, the other a PostgreSQL server'));
    }
    problems.push(...tlsProblems({ values, origins }, locations));
  }
  neverReached('pool.idleTimeoutMs', 'pool.maxLifetimeMs');
  neverReached('timeouts.lockMs', 'timeouts.statementMs');
  for (const name of ['schemaCache.ttlMs', 'schemaCache.maxSize'] as const) {
    if (origins[name] !== 'option') continue;
    if (!values['schemaCache.enabled']) problems.push(contradiction(name, 'schemaCache.enabled', 'nothing is remembered'));
    else if (values.migrations === 'off' && !values['schemaCache.validate']) problems.push(contradiction(name, 'migrations', 'without schemaCache.validate no table is looked for'));
  }
  return problems;

  /** Limits are compared when code gives both: those from elsewhere are for many databases. */
  function neverReached(limit: OptionName & `${string}Ms`, shorter: OptionName & `${string}Ms`): void {
    if (origins[limit] !== 'option' || origins[shorter] !== 'option') return;
    if (values[shorter] > 0 && values[limit] > values[shorter]) problems.push(contradiction(limit, shorter, 'the first is longer, and never reached'));
  }
}

/** Parameters of a URL that say how the connection is encrypted. */
const tlsParameters = ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation'];

function tlsProblems({ values, origins }: Effective, { location, readLocation, directLocation }: Locations): Problem[] {
  const { 'tls.mode': mode, 'tls.ca': ca, 'tls.cert': cert, 'tls.key': key } = values;
  if (mode === undefined) return [];
  const problems: Problem[] = [];
  for (const [name, one] of [['url', location], ['readUrl', readLocation], ['directUrl', directLocation]] as const) {
    const parameter = one === undefined ? undefined : tlsParameter(one);
    if (parameter === undefined) continue;
    const wanted = origins['tls.mode'].startsWith('profile') ? `${origins['tls.mode']} asks for tls` : 'tls is given';
    problems.push(contradiction('tls', name, `${wanted}, and the URL has ${parameter}`));
  }
  if ((cert === undefined) !== (key === undefined)) {
    problems.push(contradiction('tls.cert', 'tls.key', `${cert === undefined ? 'tls.cert' : 'tls.key'} is missing, and one is of no use without the other`));
  }
  if (mode === 'require' && ca !== undefined) problems.push(contradiction('tls.ca', 'tls.mode', "with 'require' no certificate is checked"));
  if (mode !== 'verify-full' && values['tls.serverName'] !== undefined) problems.push(contradiction('tls.serverName', 'tls.mode', "only with 'verify-full' the name is checked"));
  if (problems.length === 0 && cert !== undefined) problems.push(...keyProblems(cert, key!));
  return problems;
}

function tlsParameter(location: Location): string | undefined {
  if (location.dialect === 'sqlite') return undefined;
  const query = new URLSearchParams(/\?(.*)$/s.exec(location.url)?.[1] ?? '');
  return tlsParameters.find((name) => query.has(name));
}

function keyProblems(cert: string, key: string): Problem[] {
  try {
    // Asked for here, since most programs have no use for it.
    process.getBuiltinModule('node:tls').createSecureContext({ cert, key });
    return [];
  } catch {
    return [contradiction('tls.cert', 'tls.key', 'they are not a pair, or cannot be read')];
  }
}
