import type { Edit, Fix } from 'dataflow-ts/compiler';

export interface Applied {
  /** New text by file, of the files that changed. */
  readonly texts: ReadonlyMap<string, string>;
  readonly applied: readonly Fix[];
  /** Fixes that overlap an earlier one, or do not fit the text. Another round may apply them. */
  readonly left: readonly Fix[];
}

/**
 * Applies fixes to texts by file name. All edits of a fix are applied, or none; of two that overlap the first wins; the same fix
 * given twice is applied once. New lines end as those of the file do.
 * @param texts gives the text of each file that may be edited
 */
export function applyFixes(texts: { get(file: string): string | undefined }, fixes: readonly Fix[]): Applied {
  const taken = new Map<string, Edit[]>();
  const seen = new Set<string>();
  const applied: Fix[] = [];
  const left: Fix[] = [];
  for (const fix of fixes) {
    const key = JSON.stringify(fix.edits);
    if (seen.has(key)) continue;
    seen.add(key);
    const isFree = (edit: Edit, index: number) =>
      ![...(taken.get(edit.file) ?? []), ...fix.edits.slice(0, index).filter(({ file }) => file === edit.file)].some((other) => overlaps(edit, other));
    const fits = fix.edits.length > 0 && fix.edits.every((edit, index) => isInside(edit, texts.get(edit.file)) && isFree(edit, index));
    (fits ? applied : left).push(fix);
    if (fits) for (const edit of fix.edits) taken.set(edit.file, [...(taken.get(edit.file) ?? []), edit]);
  }
  return { texts: new Map([...taken].map(([file, edits]) => [file, edited(texts.get(file)!, edits)])), applied, left };
}

/** A text with edits that do not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  let result = text;
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => b.start - a.start || b.end - a.end)) {
    result = result.slice(0, start) + replacement.replace(/\r?\n/g, eol) + result.slice(end);
  }
  return result;
}

function isInside({ start, end }: Edit, text: string | undefined): boolean {
  return text !== undefined && start >= 0 && start <= end && end <= text.length;
}

/** Two insertions at one place have no order, and count as overlapping. */
function overlaps(a: Edit, b: Edit): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}
