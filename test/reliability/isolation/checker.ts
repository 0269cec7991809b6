/**
 * Finds what no serial order explains in a history of transactions over append-only lists, after Adya's names, as Elle does:
 * every appended value is unique, so that a list that was read tells the order in which its values were written.
 */

/** One thing a transaction did. */
export type Action =
  | { readonly read: string; readonly list: readonly number[] }
  | { readonly append: string; readonly value: number };

export interface Txn {
  readonly id: number;
  readonly committed: boolean;
  readonly actions: readonly Action[];
}

/**
 * G0: writes interleave. G1a: a read of what was rolled back. G1b: a read of what its transaction overwrote itself. G1c: information flows
 * in a circle. G-single: one transaction saw the state before and after another (read skew). lost-update: an append that was
 * committed is not in the list. G2-item: a circle through several reads of what others then wrote (write skew). internal: a
 * transaction did not see its own append. order: two reads disagree about the order of a list.
 */
export type Anomaly = 'G0' | 'G1a' | 'G1b' | 'G1c' | 'G-single' | 'G2-item' | 'lost-update' | 'internal' | 'order';

export interface Found {
  readonly anomaly: Anomaly;
  /** Ids of the transactions involved. */
  readonly transactions: readonly number[];
}

type Kind = 'ww' | 'wr' | 'rw';
type Edges = Map<number, Map<number, Set<Kind>>>;

/** @param final the lists as they are in the end */
export function findAnomalies(history: readonly Txn[], final: ReadonlyMap<string, readonly number[]>): Found[] {
  const found: Found[] = [];
  const writer = new Map<string, Txn>();
  for (const txn of history) for (const action of txn.actions) if ('append' in action) writer.set(`${action.append}:${action.value}`, txn);
  const writerOf = (key: string, value: number): Txn | undefined => writer.get(`${key}:${value}`);
  const committed = history.filter((txn) => txn.committed);

  for (const txn of committed) {
    found.push(...internal(txn));
    for (const action of txn.actions) {
      if (!('read' in action)) continue;
      for (const value of action.list) {
        const by = writerOf(action.read, value);
        if (by === undefined || !by.committed) found.push({ anomaly: 'G1a', transactions: [txn.id, ...(by ? [by.id] : [])] });
      }
      const last = action.list.at(-1);
      const by = last === undefined ? undefined : writerOf(action.read, last);
      if (by !== undefined && by !== txn && appendsOf(by, action.read).at(-1) !== last) found.push({ anomaly: 'G1b', transactions: [txn.id, by.id] });
    }
  }

  const orders = ordersOf(committed, final, found);
  for (const txn of committed) {
    for (const action of txn.actions) {
      if ('append' in action && !final.get(action.append)?.includes(action.value)) found.push({ anomaly: 'lost-update', transactions: [txn.id] });
    }
  }
  found.push(...circles(edgesOf(committed, orders, writerOf)));
  return found;
}

function appendsOf(txn: Txn, key: string): number[] {
  return txn.actions.flatMap((action) => ('append' in action && action.append === key ? [action.value] : []));
}

/** Within a transaction a read ends with what the transaction itself has appended since its last read. */
function internal(txn: Txn): Found[] {
  const known = new Map<string, readonly number[]>();
  const own = new Map<string, number[]>();
  for (const action of txn.actions) {
    if ('append' in action) {
      own.set(action.append, [...(own.get(action.append) ?? []), action.value]);
      continue;
    }
    const mine = own.get(action.read) ?? [];
    const before = known.get(action.read);
    const expected = before === undefined ? undefined : [...before, ...mine];
    // Another's append between two reads is no matter of this check, but of the circles.
    if (mine.length > 0 && action.list.slice(-mine.length).join() !== mine.join()) return [{ anomaly: 'internal', transactions: [txn.id] }];
    if (expected !== undefined && action.list.length < expected.length) return [{ anomaly: 'internal', transactions: [txn.id] }];
    known.set(action.read, action.list);
    own.set(action.read, []);
  }
  return [];
}

/** The order of each list's values: the final list, which every read must be a beginning of. */
function ordersOf(committed: readonly Txn[], final: ReadonlyMap<string, readonly number[]>, found: Found[]): Map<string, readonly number[]> {
  const orders = new Map(final);
  for (const txn of committed) {
    for (const action of txn.actions) {
      if (!('read' in action)) continue;
      const order = orders.get(action.read) ?? [];
      if (action.list.some((value, i) => value !== order[i])) found.push({ anomaly: 'order', transactions: [txn.id] });
    }
  }
  return orders;
}

function edgesOf(committed: readonly Txn[], orders: ReadonlyMap<string, readonly number[]>, writerOf: (key: string, value: number) => Txn | undefined): Edges {
  const edges: Edges = new Map();
  const add = (from: Txn | undefined, to: Txn | undefined, kind: Kind): void => {
    if (from === undefined || to === undefined || from === to) return;
    const out = edges.get(from.id) ?? new Map<number, Set<Kind>>();
    edges.set(from.id, out.set(to.id, (out.get(to.id) ?? new Set()).add(kind)));
  };
  for (const [key, order] of orders) {
    for (let i = 1; i < order.length; i++) add(writerOf(key, order[i - 1]!), writerOf(key, order[i]!), 'ww');
  }
  for (const txn of committed) {
    for (const action of txn.actions) {
      if (!('read' in action)) continue;
      const order = orders.get(action.read) ?? [];
      const last = action.list.at(-1);
      if (last !== undefined) add(writerOf(action.read, last), txn, 'wr');
      // Who wrote the first value that this read did not see. Nobody knows where a lost value would stand.
      if (last !== undefined && !order.includes(last)) continue;
      const place = last === undefined ? 0 : order.indexOf(last) + 1;
      if (place < order.length) add(txn, writerOf(action.read, order[place]!), 'rw');
    }
  }
  return edges;
}

/** One circle per strongly connected part, named by the weakest kinds of edges that close one. */
function circles(edges: Edges): Found[] {
  const found: Found[] = [];
  for (const part of components(edges)) {
    const within = (kinds: readonly Kind[]) => (from: number): number[] =>
      [...(edges.get(from) ?? [])].filter(([to, have]) => part.has(to) && kinds.some((kind) => have.has(kind))).map(([to]) => to);
    const closed = (kinds: readonly Kind[]): number[] | undefined => [...part].map((id) => path(id, id, within(kinds))).find((one) => one !== undefined);
    const g0 = closed(['ww']);
    const g1c = g0 ? undefined : closed(['ww', 'wr']);
    if (g0) found.push({ anomaly: 'G0', transactions: g0 });
    if (g1c) found.push({ anomaly: 'G1c', transactions: g1c });
    if (g0 || g1c) continue;
    const single = readSkew(part, edges, within(['ww', 'wr']));
    if (single) found.push({ anomaly: 'G-single', transactions: single });
    else found.push({ anomaly: 'G2-item', transactions: closed(['ww', 'wr', 'rw'])! });
  }
  return found;
}

/** A circle with one rw edge: from there back by ww and wr alone. */
function readSkew(part: ReadonlySet<number>, edges: Edges, next: (from: number) => number[]): number[] | undefined {
  for (const from of part) {
    for (const [to, kinds] of edges.get(from) ?? []) {
      if (!part.has(to) || !kinds.has('rw')) continue;
      const back = path(to, from, next);
      if (back) return [from, ...back];
    }
  }
  return undefined;
}

/** The shortest way, of at least one step; ids without the last. */
function path(from: number, to: number, next: (id: number) => number[]): number[] | undefined {
  const before = new Map<number, number>();
  const queue = [from];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    for (const one of next(id)) {
      if (one === to) {
        const way = [id];
        while (way[0] !== from) way.unshift(before.get(way[0]!)!);
        return way;
      }
      if (!before.has(one)) queue.push((before.set(one, id), one));
    }
  }
  return undefined;
}

/** Strongly connected parts of more than one transaction (Kosaraju, without recursion). */
function components(edges: Edges): Set<number>[] {
  const nodes = new Set([...edges.keys(), ...[...edges.values()].flatMap((out) => [...out.keys()])]);
  const into = new Map<number, number[]>();
  for (const [from, out] of edges) for (const to of out.keys()) into.set(to, [...(into.get(to) ?? []), from]);
  const finished: number[] = [];
  const seen = new Set<number>();
  for (const start of nodes) {
    const stack: [number, number[]][] = seen.has(start) ? [] : [[start, [...(edges.get(start)?.keys() ?? [])]]];
    seen.add(start);
    while (stack.length > 0) {
      const next = stack.at(-1)![1].pop();
      if (next === undefined) finished.push(stack.pop()![0]);
      else if (!seen.has(next)) {
        seen.add(next);
        stack.push([next, [...(edges.get(next)?.keys() ?? [])]]);
      }
    }
  }
  const parts: Set<number>[] = [];
  const taken = new Set<number>();
  for (const start of finished.reverse()) {
    if (taken.has(start)) continue;
    const part = new Set<number>();
    const stack = [start];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (taken.has(id)) continue;
      taken.add(id);
      part.add(id);
      stack.push(...(into.get(id) ?? []).filter((one) => !taken.has(one)));
    }
    if (part.size > 1) parts.push(part);
  }
  return parts;
}
