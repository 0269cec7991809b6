import type { ModelSchema } from 'dataflow-ts/compiler';
import { renderContract } from './contract.js';
import { DeclarationMap } from './declaration-map.js';
import { moduleNames, sortedByName } from './file-names.js';
import { renderModelCode } from './model-code.js';
import { commentText, identifier, printKey, printValue } from './printing.js';
import { render } from './templates.js';
import { marker } from './write-plan.js';
import { nodeTypeOf, operations } from 'dataflow-ts/compiler';

export { moduleNames } from './file-names.js';
export { marker, writePlan, type WritePlan } from './write-plan.js';

export interface GenerateOptions {
  /** Folder of the generated files, relative to the project like the files in `ModelSchema.source`, with `/`: `.dataflow`. */
  readonly outDir: string;
}

/**
 * The generated files of all models of a project, by name within `outDir`: a module with types and their source map per
 * model, the index, and a package.json that makes the folder ES modules whatever the project is.
 *
 * Pure: equal models give equal texts, in whatever order they come. The models went through the rules of `schema/`; one that
 * breaks what these promise (a class name that is no identifier, no `id`) is a TypeError.
 */
export function generate(models: readonly ModelSchema[], options: GenerateOptions): Map<string, string> {
  const outDir = options.outDir.replace(/^\.\//, '').replace(/\/+$/, '') || '.';
  const sorted = sortedByName(models);
  const modules = moduleNames(sorted);
  const byName = new Map(sorted.map((model) => [model.name, model]));
  const files = new Map<string, string>();
  for (const model of sorted) {
    const base = modules.get(model.name)!;
    const header = headerOf(model.source?.file);
    const map = new DeclarationMap();
    const contract = renderContract(model, byName, { outDir, header, file: `${base}.d.ts` }, map);
    const declaration = map.finish(contract, `${base}.d.ts`, outDir);
    files.set(`${base}.js`, renderModelCode(model, modules, header));
    files.set(`${base}.d.ts`, declaration.text);
    files.set(`${base}.d.ts.map`, declaration.map);
  }
  for (const [name, text] of indexFiles(sorted, modules, outDir)) files.set(name, text);
  files.set('package.json', `${JSON.stringify({ '//': headerOf(undefined), type: 'module' }, null, 2)}\n`);
  return files;
}

function indexFiles(models: readonly ModelSchema[], modules: ReadonlyMap<string, string>, outDir: string): Map<string, string> {
  const map = new DeclarationMap();
  const placed = models.some(({ source }) => source);
  const data = {
    map: placed,
    header: headerOf(undefined),
    models: models.map((model) => ({
      name: identifier(model.name),
      key: printKey(model.name),
      mark: map.mark(printKey(model.name), model.name, model.source),
      path: printValue(`./${modules.get(model.name)}.js`),
      nodes: operations.map((operation) => nodeTypeOf(model.name, operation)),
    })),
  };
  const declaration = map.finish(render('index.d.ts', data), 'index.d.ts', outDir);
  const files = new Map([['index.js', render('index.js', data)], ['index.d.ts', declaration.text]]);
  if (placed) files.set('index.d.ts.map', declaration.map);
  return files;
}

function headerOf(file: string | undefined): string {
  return `${marker}${file === undefined ? '' : ` from ${commentText(file)}`}. Do not edit.`;
}
