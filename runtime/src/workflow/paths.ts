/** Dot paths into results and parameters. Only own properties count, so that `constructor` and its like are no outputs. */

export function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const part of path.split('.')) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<string, unknown>)[part];
  }
  return current;
}

/** A copy of `target` with `value` at `path`; what the path does not touch is shared. Objects on the way are made where missing. */
export function withValueAt(target: Readonly<Record<string, unknown>>, path: string, value: unknown): Record<string, unknown> {
  const dot = path.indexOf('.');
  const head = dot < 0 ? path : path.slice(0, dot);
  if (dot < 0) return Object.fromEntries([...Object.entries(target), [head, value]]);
  const inner = Object.hasOwn(target, head) ? target[head] : undefined;
  const base = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Record<string, unknown>) : {};
  return Object.fromEntries([...Object.entries(target), [head, withValueAt(base, path.slice(dot + 1), value)]]);
}

/** Whether something stands at the path, or at a place above it that no path can enter (a plain value, a list). */
export function isGivenAt(params: Readonly<Record<string, unknown>>, path: string): boolean {
  let current: unknown = params;
  for (const part of path.split('.')) {
    if (typeof current !== 'object' || current === null || Array.isArray(current) || current instanceof Date || current instanceof Uint8Array) return true;
    if (!Object.hasOwn(current, part)) return false;
    current = (current as Record<string, unknown>)[part];
  }
  return true;
}

/** Whether the two paths name the same place, or one lies inside the other. */
export function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}

export function headOf(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
}
