/** Text that has broken one program or another: each must be stored, found and given back as it is. */
export const hostileTexts: readonly string[] = [
  // Ends of literals, identifiers, statements and comments.
  `'`, `''`, `"`, `""`, '`', ';', '--', '/*', '*/', '#', `\\`, `\\'`, `\\\\`, `\\"`, '$$', `$tag$`, `E'\\x27'`, '\u0001', '\x1a', '\x7f', '\r\n', '\t', ' ', '', '\u2028',
  `'; DROP TABLE victims; --`, `"; DROP TABLE victims; --`, `'); DELETE FROM victims; --`, `1; UPDATE victims SET note = 'taken'`, `x' OR '1'='1`, `x" OR ""="`, `' OR 1=1 /*`,
  `' UNION SELECT id, note FROM victims --`, `'||(SELECT note FROM victims)||'`, `\\'; DROP TABLE victims; --`, `$$; DROP TABLE victims; $$`, `'; ATTACH DATABASE '/tmp/x' AS x; --`,
  `'; COPY victims TO PROGRAM 'id'; --`, `'; SELECT pg_sleep(10); --`, `{{constructor}}`, '${7*7}', '`${7*7}`',
  // Signs of placeholders, patterns, JSON, arrays and paths.
  '?', '??', '$1', '$0', ':a', '@a', '%', '_', '%%', '[a-z]', '*', '^$', '(', 'a+', '{', '}', '[]', '{}', '{"a":1}', '{a,b}', '{NULL}', 'NULL', 'null', 'undefined', 'true', '0', '-1', '1e1000',
  'NaN', 'a.b', '..', '$.a', '$[0]', '->>', '{"$date":"x"}', '{"$eq":1}', '$eq', '$or', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  // Quotes that some encodings or normalisations turn into plain ones, and text that is easily altered.
  '\u02bc', '\u2019', '\uff07', '\uff02', 'é', 'e\u0301', 'ﬁ', 'ß', 'İ', '\u202e', '\ufeff', '\u00a0', '🙂', '👩‍👩‍👧', '\u{10ffff}', '表', '\ufffd', 'x'.repeat(5000),
];

/** No text of a database at all: refused, with a code. */
export const impossibleTexts: readonly string[] = ['\0', 'a\0b', '\ud800', 'x\udc00'];
