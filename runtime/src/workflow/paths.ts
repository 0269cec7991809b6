/** Dot paths into results and parameters. Only own properties count, so that `constructor` and its like are no outputs. */

/** A dot path, taken apart. */
export type Path = readonly string[];

export function pathOf(text: string): Path {
  return text.split('.');
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<string, unknown>)[part];
  }
  return current;
}

/** Puts `value` at `path`. Objects on the way are copied first, for others may have them, too, or made where missing. */
export function setAt(target: Record<string, unknown>, path: Path, value: unknown, depth = 0): void {
  const part = path[depth]!;
  if (depth === path.length - 1) return setOwn(target, part, value);
  const inner = Object.hasOwn(target, part) ? target[part] : undefined;
  const copy: Record<string, unknown> = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
  setOwn(target, part, copy);
  setAt(copy, path, value, depth + 1);
}

function setOwn(target: Record<string, unknown>, name: string, value: unknown): void {
  // Assigned, this one would be the prototype.
  if (name === '__proto__') Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  else target[name] = value;
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
