/**
 * The known names most like a wrong one, best first, at most four: what messages suggest.
 * Case and underscores do not count, so `created_at` finds `createdAt`.
 */
export function nearNames(wrong: string, known: Iterable<string>): string[] {
  const plain = plainOf(wrong);
  if (plain.length === 0 || plain.length > 100) return [];
  const most = Math.max(1, Math.floor(plain.length / 3));
  const found: { name: string; distance: number }[] = [];
  for (const name of known) {
    const other = plainOf(name);
    const distance = plain.length > 2 && (other.startsWith(plain) || plain.startsWith(other)) && other.length > 2 ? 1 : editDistance(plain, other);
    if (distance <= most) found.push({ name, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const least = found[0]?.distance ?? 0;
  return found.filter(({ distance }) => distance <= least + 1).slice(0, 4).map(({ name }) => name);
}

/** `; did you mean 'name' or 'nickname'?`, or nothing when no known name is near. Put at the end of a message. */
export function didYouMean(wrong: string, known: Iterable<string>): string {
  const near = nearNames(wrong, known);
  return near.length ? `; did you mean ${near.map((name) => `'${name}'`).join(' or ')}?` : '';
}

function plainOf(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other. */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, older[j - 2]! + 1);
      row.push(least);
    }
    older = last;
    last = row;
  }
  return last[b.length]!;
}
