import { basename } from 'node:path';
import type { Location } from '../database/url.js';
import type { Place } from './activity.js';

/** What may be told of where the database is. */
export function placeOf(location: Location): Place {
  if (location.dialect === 'sqlite') return { database: location.inMemory ? ':memory:' : basename(location.file) };
  // Credentials before an empty host are valid for PostgreSQL, but not for URL.
  const { hostname, port, pathname, searchParams, username } = new URL(location.url.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost'));
  const database = decoded(pathname.slice(1)) || decoded(username) || 'postgres';
  return { database, host: searchParams.get('host') ?? (decoded(hostname) || 'localhost'), port: Number(searchParams.get('port') ?? port) || 5432 };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
