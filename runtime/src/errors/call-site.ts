import { fileURLToPath } from 'node:url';
import { isAbsolute, relative } from 'node:path';

/** A place in the user's code from which DataFlow was called. */
export interface CallSite {
  /** Relative to the working directory when it is inside, with `/`; otherwise absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Frames kept for an error: the user's lie below DataFlow's own, and V8 keeps no more than 10 by default. */
const frames = 50;
/** Frames of a mark: that of the method the user has called, and the user's. Each costs nearly a microsecond, on every transaction. */
let marked = 2;
/** The same where more of DataFlow's own frames lie between: a workflow's run, an operation of several statements. */
const markedDeep = 8;

/**
 * The first place outside of DataFlow in a stack: who called it. Undefined when there is none, as when the call's promise was not
 * awaited but given `then`. With `--enable-source-maps` it is a place in the TypeScript source.
 * @param stack `stack` of an error made while the call was under way
 */
export function callSiteOf(stack: unknown): CallSite | undefined {
  if (typeof stack !== 'string' || ownFolders === undefined) return undefined;
  let site: CallSite | undefined;
  for (const [, name = '', file, line, column] of stack.matchAll(frame)) {
    const path = pathOf(file!);
    if (path === undefined) continue;
    // What a generated module has called is not the user's either.
    if (isGenerated(path, name)) site = undefined;
    else if (site === undefined && !isOwn(path)) site = { file: path, line: Number(line), column: Number(column) };
  }
  return site && { ...site, file: shown(site.file) };
}

/** `src/sign-up.ts:12:5`. */
export function placeText({ file, line, column }: CallSite): string {
  return `${file}:${line}:${column}`;
}

/** Lets V8 keep enough frames of errors made from here on; gives what `limitStacks` puts back. */
export function deepenStacks(): number {
  const before = Error.stackTraceLimit;
  // 0 is somebody's wish to have no stacks.
  if (before > 0 && before < frames) limitStacks(frames);
  return before;
}

/** Lets V8 keep few frames of errors made from here on, so that they cost little; gives what `limitStacks` puts back. */
export function shortenStacks(): number {
  const before = Error.stackTraceLimit;
  if (before > marked) limitStacks(marked);
  return before;
}

/** Lets errors that `call` makes at once behind `shortenStacks` reach users further down. */
export function markDeep<T>(call: () => T): T {
  const before = marked;
  marked = markedDeep;
  try {
    return call();
  } finally {
    marked = before;
  }
}

export function limitStacks(limit: number): void {
  try {
    Error.stackTraceLimit = limit;
  } catch {
    // Frozen intrinsics: as many frames as there are.
  }
}

/** `    at async name (/path/file.ts:1:2)`, `    at file:///path/file.js:1:2`. */
const frame = /^ +at (?:async )?(?:(.*?) \()?((?:file:\/\/\/?|\/|[A-Za-z]:[\\/])[^\n]*?):(\d+):(\d+)\)?$/gm;

/**
 * Where this package lies, built (`scripts/build.mjs` names the file) and its sources. Undefined when it is part of somebody's bundle,
 * for then nothing tells its frames from the user's.
 */
const ownFolders = foldersOf(import.meta.url);

function foldersOf(url: string | undefined): readonly string[] | undefined {
  const path = url === undefined ? undefined : pathOf(url);
  const own = path === undefined ? undefined : /^(.*\/)(?:dist\/dataflow-ts-\w+\.js|src\/errors\/call-site\.ts)$/.exec(path)?.[1];
  return own === undefined ? undefined : [`${own}dist/`, `${own}src/`];
}

function pathOf(file: string): string | undefined {
  if (!file.startsWith('file:')) return file.replaceAll('\\', '/');
  try {
    return fileURLToPath(file).replaceAll('\\', '/');
  } catch {
    return undefined;
  }
}

function isOwn(path: string): boolean {
  return ownFolders!.some((folder) => path.startsWith(folder));
}

/** Modules that DataFlow has generated, wherever they were put. */
function isGenerated(path: string, name: string): boolean {
  return path.includes('/.dataflow/') || /^Object\.(?:en|de)codeRow$/.test(name);
}

function shown(path: string): string {
  const near = relative(process.cwd(), path).replaceAll('\\', '/');
  return near.startsWith('../') || near === '..' || isAbsolute(near) ? path : near;
}
