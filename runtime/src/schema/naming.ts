/** `createdAt` → `created_at`, `HTTPServer` → `http_server`. What has no capitals stays as it is. */
export function snakeCase(name: string): string {
  if (!/\p{Lu}/u.test(name)) return name;
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .toLowerCase();
}

/** Names that mean something else in every object, so neither a model nor a field can have them. */
const objectNames = new Set(['__proto__', 'constructor', 'prototype']);

/** Why a class's name cannot be a model's, or undefined when it can. */
export function modelNameProblem(name: string): string | undefined {
  return objectNames.has(name) ? 'the name has a meaning of its own in every object' : undefined;
}

const identifier = /^[\p{ID_Start}_$][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Why a property's name cannot be a field, or undefined when it can. */
export function fieldNameProblem(name: string): string | undefined {
  if (name.startsWith('$')) return 'names that begin with `$` are operators of filters';
  if (objectNames.has(name)) return 'the name has a meaning of its own in every object';
  if (!identifier.test(name)) return 'only names that need no quotes work in paths such as `create_user.id`';
  return undefined;
}

/** System columns that PostgreSQL has in every table. */
const systemColumns = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);
/** PostgreSQL cuts longer names off without a word. */
const longestIdentifier = 63;

/** Why a table or column cannot have a name in a database, or undefined when it can. */
export function databaseNameProblem(name: string, what: 'table' | 'column'): string | undefined {
  if (name.trim() === '') return 'it is empty';
  if (name.includes('\0') || /\p{Surrogate}/u.test(name)) return 'it holds characters that databases do not store';
  const bytes = Buffer.byteLength(name);
  if (bytes > longestIdentifier) return `it has ${bytes} bytes, PostgreSQL allows ${longestIdentifier}`;
  // Packages that give rows as objects would lose the one and move the other to the front.
  if (what === 'column' && name === '__proto__') return 'the name has a meaning of its own in every object';
  if (what === 'column' && /^\d+$/.test(name)) return 'the packages for SQLite cannot tell a whole number from a position';
  if (what === 'column' && systemColumns.has(name)) return 'PostgreSQL has a system column of this name in every table';
  if (what === 'table' && name.toLowerCase().startsWith('sqlite_')) return 'SQLite keeps names that begin with sqlite_ for itself';
  return undefined;
}
