/** A list in PostgreSQL's text form for arrays. Numbers are finite. */
export function arrayText(list: readonly (string | number | boolean | null)[]): string {
  const json = JSON.stringify(list);
  // JSON's form is PostgreSQL's, and quickly made, as long as nothing but quotes and backslashes is escaped.
  if (!json.includes('\\') || !otherEscape.test(json)) return `{${json.slice(1, -1)}}`;
  return `{${list.map((one) => (typeof one === 'string' ? `"${one.replace(/["\\]/g, '\\$&')}"` : String(one))).join(',')}}`;
}

const otherEscape = /\\[^"\\]/;
