import { createRequire } from 'node:module';

// A program that was bundled into CommonJS has no `import.meta.url`.
const require = createRequire((import.meta.url as string | undefined) ?? __filename);

/** What loading an optional package gave: the package, or why there is none. */
export type Loaded = { readonly value: unknown } | { readonly error: unknown };

/** Loads a CommonJS or built-in module at the moment it is needed; drivers are optional peers. */
export function loadPackage(name: string): Loaded {
  try {
    return { value: require(name) };
  } catch (error) {
    return { error };
  }
}

/** Whether the package is simply not there, as opposed to there and broken. */
export function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_UNKNOWN_BUILTIN_MODULE' || (code === 'MODULE_NOT_FOUND' && error.message.includes(`'${name}'`));
}
