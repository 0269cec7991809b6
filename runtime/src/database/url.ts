import { resolve } from 'node:path';
import { dfError, type DataFlowError } from '../errors/dataflow-error.js';

/** Where a database is, read from its URL. */
export type Location =
  | { readonly dialect: 'sqlite'; readonly inMemory: true; readonly file: ':memory:' }
  | { readonly dialect: 'sqlite'; readonly inMemory: false; /** Absolute path. */ readonly file: string }
  | { readonly dialect: 'postgres'; readonly url: string };

const memory: Location = { dialect: 'sqlite', inMemory: true, file: ':memory:' };

/**
 * Reads a database URL: `:memory:`, `sqlite::memory:`, `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`,
 * `postgres://…`. Anything else is DF-401, with the right spelling. User names and passwords never get into the message.
 */
export function parseUrl(url: string): Location {
  if (url === ':memory:' || url === 'sqlite::memory:') return memory;
  if (url.startsWith('sqlite:///')) return sqliteFile(url);
  if (/^postgres(ql)?:\/\//.test(url)) return postgres(url);
  throw misspelled(url);
}

function sqliteFile(url: string): Location {
  const encoded = url.slice('sqlite:///'.length);
  if (encoded === '') throw invalid(url, 'no file is named', 'sqlite:///app.db, or :memory:');
  if (/^:memory:$/i.test(encoded)) throw invalid(url, 'this would be a file of that name', ':memory:');
  const sign = /[?#]/.exec(encoded)?.[0];
  if (sign !== undefined) {
    const right = sign === '?' ? encoded.slice(0, encoded.indexOf('?')) : encoded.replaceAll('#', '%23');
    throw invalid(url, sign === '?' ? 'SQLite URLs take no parameters' : "'#' in a file name is written %23", `sqlite:///${isPlain(right) && right !== '' ? right : 'app.db'}`);
  }
  let file: string;
  try {
    file = decodeURIComponent(encoded);
  } catch {
    const right = encoded.replaceAll('%', '%25');
    throw invalid(url, "'%' in a file name is written %25", `sqlite:///${isPlain(right) ? right : 'app.db'}`);
  }
  if (file.includes('\0')) throw invalid(url, 'a file name holds no NUL', 'sqlite:///app.db');
  if (/[\\/]$/.test(file)) throw invalid(url, 'this is a folder', `sqlite:///${isPlain(encoded) ? encoded : ''}app.db`);
  return { dialect: 'sqlite', inMemory: false, file: resolve(file) };
}

function postgres(url: string): Location {
  const right = 'postgresql://user:password@localhost:5432/database';
  // Credentials before an empty host are valid for PostgreSQL (`?host=/socket/folder`), but not for URL.
  const whole = url.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost');
  if (!URL.canParse(whole)) {
    throw invalid(url, 'it cannot be read; special characters in user and password are written with encodeURIComponent', right);
  }
  const { port, pathname, hash } = new URL(whole);
  if (hash !== '') throw invalid(url, "'#' is written %23", right);
  if (port === '0') throw invalid(url, '0 is no port', right);
  if (pathname.slice(1).includes('/')) throw invalid(url, "the name of the database holds a '/'", right);
  return { dialect: 'postgres', url };
}

/** DF-401 for what is no database URL at all, with the one that was probably meant. */
function misspelled(url: string): DataFlowError {
  const text = url.trim();
  if (text === '') return invalid(url, 'it is empty', 'sqlite:///app.db');
  if (text !== url) return invalid(text, 'there is white space around it', isPlain(text.replace(/^sqlite:\/\/\//, '')) ? text : 'it without');
  if (/^(sqlite3?:(\/\/)?)?\/{0,3}:?memory:?$/i.test(text) || /^sqlite3?:(\/\/)?$/i.test(text)) return invalid(url, 'the database in memory is written otherwise', ':memory:');

  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return fileName(url, text);
  const lower = scheme.toLowerCase();
  if (lower === 'file') return fileName(url, rest.replace(/^\/\//, ''));
  if (lower === 'sqlite' || lower === 'sqlite3') return fileName(url, rest.replace(/^\/\/\/?/, ''));
  if (/^postgres(ql)?$/.test(lower)) return invalid(url, lower === scheme ? "'//' is missing" : 'the scheme is written in small letters', `${lower}://user:password@localhost:5432/database`);
  if (/^(pg|psql|pgsql|postgre)$/.test(lower)) return invalid(url, `'${scheme}' is not a known scheme`, 'postgresql://user:password@localhost:5432/database');
  if (/^[a-z]$/i.test(scheme)) return fileName(url, text);
  return invalid(url, `'${scheme}' is not a known scheme; there are sqlite and postgresql`, 'postgresql://user:password@localhost:5432/database');
}

function fileName(url: string, file: string): DataFlowError {
  const right = isPlain(file) ? file.replace(/^\.[\\/]/, '').replaceAll('\\', '/') : '';
  return invalid(url, 'a file needs its scheme, and three slashes (four when the path is absolute)', `sqlite:///${right || 'app.db'}`);
}

function invalid(url: string, problem: string, right: string): DataFlowError {
  return dfError('DF-401', { url: shown(url), problem, right });
}

/** The URL as a message may show it: only what is plainly a path, since everything else could be a secret. */
function shown(url: string): string {
  const [, scheme = '', rest = ''] = /^((?:sqlite3?|file):\/*)?(.*)$/is.exec(url)!;
  const path = rest.replace(/\?.*$/s, '');
  if (isPlain(path) || /^:memory:$/i.test(path)) {
    const short = path.length > 60 ? `${path.slice(0, 57)}...` : path;
    return scheme + short + (path === rest ? '' : '?...');
  }
  return `${scheme || (/^[a-z][a-z0-9+.-]*:(\/\/)?/i.exec(url)?.[0] ?? '')}...`;
}

/** Whether a text has only what ordinary paths are made of: no `@`, `=`, and no `:` but that of a drive. */
function isPlain(path: string): boolean {
  return /^([a-z]:(?=[\\/]))?[\p{L}\p{N}_.\-/\\ ~%#]*$/iu.test(path);
}
