import type { Session } from './session.js';
import type { Problem } from './projects.js';

/** The part of webpack's compiler that is used. */
export interface WebpackCompiler {
  readonly context: string;
  readonly hooks: {
    readonly run: Hook;
    readonly watchRun: Hook;
    readonly thisCompilation: { tap(name: string, callback: (compilation: WebpackCompilation) => void): void };
  };
}

interface Hook {
  tap(name: string, callback: () => void): void;
}

interface WebpackCompilation {
  readonly errors: Error[];
  readonly warnings: Error[];
  readonly fileDependencies: { add(path: string): void };
}

/** Generates before webpack resolves the first module, and adds what is wrong to the compilation of each build. */
export function setUpWebpack(session: Session, compiler: WebpackCompiler): void {
  session.root = compiler.context;
  compiler.hooks.run.tap('dataflow', () => void session.run());
  compiler.hooks.watchRun.tap('dataflow', () => void session.run());
  compiler.hooks.thisCompilation.tap('dataflow', (compilation) => {
    for (const file of session.files) compilation.fileDependencies.add(file);
    compilation.errors.push(...session.outcome.errors.map(errorOf));
    compilation.warnings.push(...session.outcome.warnings.map(errorOf));
  });
}

/** webpack prints the message and, for what is no error of its own, the stack. */
function errorOf({ text }: Problem): Error {
  const error = new Error(text);
  error.stack = '';
  return error;
}
