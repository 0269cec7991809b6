import { createRequire } from 'node:module';

/**
 * The TypeScript that reads a project: the project's own, so that models mean the same as in its build; where there is none, or
 * one without the compiler API (TypeScript 7), the one that comes with this package.
 * @param configPath the project's tsconfig file
 */
export function loadTypescript(configPath: string): typeof import('typescript') {
  const own = requireFrom(configPath);
  if (typeof own?.createProgram === 'function' && typeof own.createWatchProgram === 'function') return own;
  return createRequire(import.meta.url)('typescript-reader') as typeof import('typescript');
}

function requireFrom(configPath: string): typeof import('typescript') | undefined {
  try {
    return createRequire(configPath)('typescript') as typeof import('typescript');
  } catch {
    return undefined;
  }
}
