import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';

export type TemplateName = 'model.js' | 'model.d.ts' | 'index.js' | 'index.d.ts';

/** In the built package the templates lie in `dist/templates`, in the repository in `codegen-templates`. */
const folders = ['../templates/', '../../../codegen-templates/'].map((path) => new URL(path, import.meta.url));

const handlebars = Handlebars.create();
const compiled = new Map<TemplateName, Handlebars.TemplateDelegate<object>>();

/** Fills a layout of `codegen-templates`. Data enters as it is, so it must be printed code; a name that is missing throws. */
export function render(name: TemplateName, data: object): string {
  let template = compiled.get(name);
  if (!template) compiled.set(name, (template = handlebars.compile(readTemplate(name), { noEscape: true, strict: true })));
  return template(data);
}

function readTemplate(name: TemplateName): string {
  for (const folder of folders) {
    const file = new URL(`${name}.hbs`, folder);
    if (existsSync(file)) return readFileSync(file, 'utf8').replace(/\r\n/g, '\n');
  }
  throw new Error(`The template ${name}.hbs is missing beside ${fileURLToPath(import.meta.url)}; build the package again.`);
}
