import { relative } from 'node:path';
import { dfError } from 'dataflow-ts/compiler';
import { JsonText } from './json-text.js';

export interface PackagePlan {
  readonly text: string;
  readonly added: readonly string[];
  /** What stays as it is although the project wants something else. */
  readonly notes: readonly string[];
}

export interface PackageWishes {
  /** Value of `imports["#dataflow"]`. */
  readonly dataflow: string;
  /** What compiles the project: `tspc` or `dataflow tsc`. */
  readonly compiler: string;
  /** ` -p …` when the tsconfig is not the package's tsconfig.json. */
  readonly project: string;
}

/**
 * What has to be added to a package.json: `#dataflow` and scripts, as far as there are none of these names.
 * @throws DF-750 it cannot be extended
 */
export function planPackage(path: string, old: string, { dataflow, compiler, project }: PackageWishes): PackagePlan {
  const manifest = new JsonText(old);
  const refuse = (reason: string) => dfError('DF-750', { file: relative(process.cwd(), path) || path, reason });
  if (manifest.problem) throw refuse(manifest.problem);
  for (const key of ['imports', 'scripts']) {
    const value = manifest.get([key]);
    if (value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value))) throw refuse(`'${key}' is not an object`);
  }
  const added: string[] = [];
  const notes: string[] = [];
  if (manifest.add(['imports', '#dataflow'], dataflow)) added.push('"#dataflow" in imports');
  else if (!JSON.stringify(manifest.get(['imports', '#dataflow'])).includes(dataflow)) notes.push(`"#dataflow" in the imports of package.json stays as it is; the generated index is ${dataflow}`);
  const scripts: Readonly<Record<string, string>> = {
    build: `${compiler}${project}`,
    generate: `dataflow generate${project}`,
    validate: `dataflow validate${project}`,
  };
  const fresh = Object.entries(scripts).filter(([name, command]) => manifest.add(['scripts', name], command));
  if (fresh.length > 0) added.push(`${fresh.length === 1 ? 'script' : 'scripts'} ${fresh.map(([name]) => name).join(', ')}`);
  const build = String(manifest.get(['scripts', 'build']));
  if (/(^|[\s&;|])tsc\b/.test(build) && !build.includes('dataflow tsc')) notes.push(`the script build runs \`${build}\`, which knows nothing of DataFlow: put \`${compiler}\` in the place of \`tsc\``);
  return { text: manifest.text, added, notes };
}
