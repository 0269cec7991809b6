import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** The parts of package.json that matter here. */
export interface Manifest {
  readonly packageManager?: unknown;
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly peerDependencies?: object;
  readonly optionalDependencies?: object;
}

const lockFiles: readonly [file: string, manager: PackageManager][] = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];

/** What installs the project's packages: what package.json says, else the nearest lock file upwards, else npm. */
export function packageManagerOf(folder: string): PackageManager {
  for (let at = folder; ; at = dirname(at)) {
    const named = /^(npm|pnpm|yarn|bun)@/.exec(String(manifestIn(at)?.packageManager))?.[1];
    const found = named ?? lockFiles.find(([file]) => existsSync(join(at, file)))?.[1];
    if (found !== undefined) return found as PackageManager;
    if (dirname(at) === at) return 'npm';
  }
}

function manifestIn(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

/** The folder of the nearest package.json; undefined without one. */
export function packageFolder(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** The version of the project's TypeScript, installed or asked for; undefined when it has none. */
export function typescriptVersion(folder: string, manifest: Manifest): string | undefined {
  try {
    const path = createRequire(join(folder, 'package.json')).resolve('typescript/package.json');
    return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
  } catch {
    const asked = Object.entries(dependenciesOf(manifest)).find(([name]) => name === 'typescript')?.[1];
    return /\d+(\.\d+)*/.exec(String(asked))?.[0];
  }
}

/** All packages that package.json names, with their ranges. */
export function dependenciesOf({ dependencies, devDependencies, peerDependencies, optionalDependencies }: Manifest): Record<string, string> {
  return { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies } as Record<string, string>;
}

/** Command lines of a package manager. */
export function commandsOf(manager: PackageManager): { add: string; addDev: string; run: string } {
  if (manager === 'npm') return { add: 'npm install', addDev: 'npm install --save-dev', run: 'npm run' };
  return { add: `${manager} add`, addDev: manager === 'bun' ? 'bun add --dev' : `${manager} add -D`, run: `${manager} run` };
}
