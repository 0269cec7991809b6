/** The examples of the catalogue's pages. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const catalogue = join(root, 'catalog');

export type Section = 'Wrong' | 'Right';

export interface Example {
  readonly code: string;
  readonly section: Section;
  readonly language: string;
  readonly text: string;
}

/** "Wrong" and "Right" of every code that is not retired. */
export function readExamples(): Example[] {
  return readdirSync(catalogue).sort().flatMap((name) => {
    const code = /^(DF-\d{3})\.md$/.exec(name)?.[1];
    const page = code === undefined ? '' : readFileSync(join(catalogue, name), 'utf8');
    return code === undefined || /^retired: true$/m.test(page) ? [] : [exampleOf(code, page, 'Wrong'), exampleOf(code, page, 'Right')];
  });
}

function exampleOf(code: string, page: string, section: Section): Example {
  const [, language = '', text = ''] = new RegExp(`^## ${section}\n\`\`\`(\\w+)\n([^]*?)\n\`\`\``, 'm').exec(page) ?? [];
  return { code, section, language, text };
}
