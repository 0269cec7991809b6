import { extname } from 'node:path';
import type { Problem } from './projects.js';
import { textOf, type Session } from './session.js';

/** The part of esbuild's options that is used. */
export interface EsbuildOptions {
  readonly absWorkingDir?: string;
  readonly loader?: Readonly<Record<string, string>>;
}

/** The part of esbuild's plugin API that is used. */
export interface EsbuildBuild {
  readonly initialOptions: EsbuildOptions;
  onStart(callback: () => { errors: EsbuildMessage[]; warnings: EsbuildMessage[] }): void;
}

interface EsbuildMessage {
  readonly text: string;
  readonly location: { file: string; line: number; column: number; length: number; lineText: string } | null;
  readonly notes: readonly { text: string }[];
}

/** Runs at the start of every build. Errors given back from there fail the build after it has found all files to watch. */
export function setUpEsbuild(session: Session, build: EsbuildBuild): void {
  session.root = build.initialOptions.absWorkingDir ?? process.cwd();
  build.onStart(() => {
    const { errors, warnings } = session.run();
    return { errors: errors.map(messageOf), warnings: warnings.map(messageOf) };
  });
}

/** How esbuild is to read a module: as its options say, else by the module's name. */
export function loaderOf(options: EsbuildOptions | undefined, path: string): 'js' | 'jsx' | 'ts' | 'tsx' {
  const extension = extname(path);
  return (options?.loader?.[extension] ?? extension.replace(/^\.[cm]?/, '')) as 'js' | 'jsx' | 'ts' | 'tsx';
}

/** esbuild shows the frame of the code itself; its columns count bytes from 0. */
function messageOf(problem: Problem): EsbuildMessage {
  const { message, details, place } = problem;
  if (!place) return { text: textOf([problem]), location: null, notes: [] };
  const { path, line, column, length, lineText } = place;
  const before = lineText.slice(0, column - 1);
  const marked = lineText.slice(column - 1, column - 1 + length);
  return {
    text: message,
    location: { file: path, line, column: Buffer.byteLength(before), length: Buffer.byteLength(marked), lineText },
    notes: details.map((text) => ({ text })),
  };
}
