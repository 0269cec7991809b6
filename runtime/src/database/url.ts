import { resolve } from 'node:path';
import { dfError } from '../errors/dataflow-error.js';

/** Where a database is, read from its URL. */
export type Location =
  | { readonly dialect: 'sqlite'; readonly inMemory: true; readonly file: ':memory:' }
  | { readonly dialect: 'sqlite'; readonly inMemory: false; /** Absolute path. */ readonly file: string }
  | { readonly dialect: 'postgres'; readonly url: string };

const memory: Location = { dialect: 'sqlite', inMemory: true, file: ':memory:' };

/**
 * Reads a database URL: `:memory:`, `sqlite::memory:`, `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://…`,
 * `postgres://…`. Anything else is DF-401, with the right spelling. User names and passwords never get into the message.
 * @param option where the URL stands, for the message
 */
export function parseUrl(url: string, option = 'url'): Location {
  const location = read(url);
  if ('right' in location) throw dfError('DF-401', { option, url: shown(url.trim()), ...location });
  return location;
}

/** Why a text is no database URL, and the one that was probably meant. */
interface Misspelling {
  readonly problem: string;
  readonly right: string;
}

function wrong(problem: string, right: string): Misspelling {
  return { problem, right };
}

function read(url: string): Location | Misspelling {
  if (url === ':memory:' || url === 'sqlite::memory:') return memory;
  if (url.startsWith('sqlite:///')) return sqliteFile(url);
  if (/^postgres(ql)?:\/\//.test(url)) return postgres(url);
  return misspelled(url);
}

function sqliteFile(url: string): Location | Misspelling {
  const encoded = url.slice('sqlite:///'.length);
  if (encoded === '') return wrong('no file is named', 'sqlite:///app.db, or :memory:');
  if (/^:memory:$/i.test(encoded)) return wrong('this would be a file of that name', ':memory:');
  const sign = /[?#]/.exec(encoded)?.[0];
  if (sign !== undefined) {
    const right = sign === '?' ? encoded.slice(0, encoded.indexOf('?')) : encoded.replaceAll('#', '%23');
    return wrong(sign === '?' ? 'SQLite URLs take no parameters' : "'#' in a file name is written %23", `sqlite:///${isPlain(right) && right !== '' ? right : 'app.db'}`);
  }
  let file: string;
  try {
    file = decodeURIComponent(encoded);
  } catch {
    const right = encoded.replaceAll('%', '%25');
    return wrong("'%' in a file name is written %25", `sqlite:///${isPlain(right) ? right : 'app.db'}`);
  }
  if (file.includes('\0')) return wrong('a file name holds no NUL', 'sqlite:///app.db');
  if (/[\\/]$/.test(file)) return wrong('this is a folder', `sqlite:///${isPlain(encoded) ? encoded : ''}app.db`);
  return { dialect: 'sqlite', inMemory: false, file: resolve(file) };
}

function postgres(url: string): Location | Misspelling {
  const right = 'postgresql://user:password@localhost:5432/database';
  // Credentials before an empty host are valid for PostgreSQL (`?host=/socket/folder`), but not for URL.
  const whole = url.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost');
  if (!URL.canParse(whole)) {
    return wrong('it cannot be read; special characters in user and password are written with encodeURIComponent', right);
  }
  const { port, pathname, hash } = new URL(whole);
  if (hash !== '') return wrong("'#' is written %23", right);
  if (port === '0') return wrong('0 is no port', right);
  if (pathname.slice(1).includes('/')) return wrong("the name of the database holds a '/'", right);
  return { dialect: 'postgres', url };
}

/** What is no database URL at all. */
function misspelled(url: string): Misspelling {
  const text = url.trim();
  if (text === '') return wrong('it is empty', 'sqlite:///app.db');
  if (text !== url) return wrong('there is white space around it', isPlain(text.replace(/^sqlite:\/\/\//, '')) ? text : 'it without');
  if (/^(sqlite3?:(\/\/)?)?\/{0,3}:?memory:?$/i.test(text) || /^sqlite3?:(\/\/)?$/i.test(text)) return wrong('the database in memory is written otherwise', ':memory:');

  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return fileName(text);
  const lower = scheme.toLowerCase();
  if (lower === 'file') return fileName(rest.replace(/^\/\//, ''));
  if (lower === 'sqlite' || lower === 'sqlite3') return fileName(rest.replace(/^\/\/\/?/, ''));
  if (/^postgres(ql)?$/.test(lower)) return wrong(lower === scheme ? "'//' is missing" : 'the scheme is written in small letters', `${lower}://user:password@localhost:5432/database`);
  if (/^(pg|psql|pgsql|postgre)$/.test(lower)) return wrong(`'${scheme}' is not a known scheme`, 'postgresql://user:password@localhost:5432/database');
  if (/^[a-z]$/i.test(scheme)) return fileName(text);
  return wrong(`'${scheme}' is not a known scheme; there are sqlite and postgresql`, 'postgresql://user:password@localhost:5432/database');
}

function fileName(file: string): Misspelling {
  const right = isPlain(file) ? file.replace(/^\.[\\/]/, '').replaceAll('\\', '/') : '';
  return wrong('a file needs its scheme, and three slashes (four when the path is absolute)', `sqlite:///${right || 'app.db'}`);
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
