import type { Dialect } from '../schema/model-schema.js';
import { optionNames, optionTable, type OptionName } from './options/option-table.js';
import type { Effective, Origin } from './options/read-options.js';

/** An option as it is in effect. */
export interface ConfigEntry {
  /** Undefined options are null; a schema is the list of its models, a logger `given`. Secrets are `***`. */
  readonly value: string | number | boolean | null | readonly string[];
  /** `option`: code has given it. Otherwise `environment DATAFLOW_POOL_MAX`, `profile production`, `default`. */
  readonly origin: Origin;
}

/** The options in effect, by their names, `pool.max`. What is for PostgreSQL alone is not there on SQLite. */
export type Config = { readonly [Name in OptionName]?: ConfigEntry };

export function configOf({ values, origins }: Effective, dialect: Dialect): Config {
  const config: { [Name in OptionName]?: ConfigEntry } = {};
  for (const name of optionNames) {
    const { sinceSqlite, secret } = optionTable[name];
    if (sinceSqlite !== undefined && dialect === 'sqlite') continue;
    config[name] = Object.freeze({ value: secret && values[name] !== undefined ? hidden : shown(name, values[name]), origin: origins[name] });
  }
  return Object.freeze(config);
}

const hidden = '***';

function shown(name: OptionName, value: unknown): ConfigEntry['value'] {
  if (value === undefined) return null;
  switch (optionTable[name].type.kind) {
    case 'url':
      return maskedUrl(value as string);
    case 'schema':
      return Object.freeze(Object.keys((value as { readonly models: object }).models));
    case 'logger':
      return 'given';
    case 'certificate':
      return 'given';
    default:
      return value as string | number | boolean;
  }
}

/** Parameters that hold no secret. */
const plainParameters = new Set(['application_name', 'connect_timeout', 'host', 'port', 'sslmode', 'ssl']);

/** A URL without passwords. */
export function maskedUrl(url: string): string {
  const [, start = '', credentials, rest = ''] = /^(postgres(?:ql)?:\/\/)(?:([^/?#]*)@)?(.*)$/s.exec(url) ?? [];
  if (start === '') return url;
  const [path = '', ...query] = rest.split('?');
  const parameters = query.join('?').split('&').filter((one) => one !== '').map((one) => {
    const [name = '', ...value] = one.split('=');
    return value.length === 0 || plainParameters.has(name) ? one : `${name}=${hidden}`;
  });
  const user = credentials?.split(':', 1)[0];
  const login = credentials === undefined ? '' : `${user}${credentials.includes(':') ? `:${hidden}` : ''}@`;
  return `${start}${login}${path}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`;
}
