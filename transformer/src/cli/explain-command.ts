import { dfError, didYouMean } from 'dataflow-ts/compiler';
import { subcommand, type AddCommand, type ExitCode } from './command.js';
import { codeFrom, readPages } from './explain/pages.js';
import { renderPage } from './explain/render-page.js';

export const addExplain: AddCommand = (program, finish) =>
  void subcommand(program, 'explain [code]', 'what an error code means and how to put it right; all codes without one')
    .option('--json', 'as JSON')
    .action((code: string | undefined, { json }: { json?: true }) => finish(explain(code, json ?? false)));

/**
 * `dataflow explain DF-101`; `DF101`, `df-101`, `101` and `TS90101` mean the same code. Without a code all of them are listed.
 * @throws DF-446 there is no such code
 */
export function explain(given: string | undefined, json: boolean): ExitCode {
  const pages = readPages();
  if (given === undefined) {
    const list = pages.filter(({ retired }) => !retired);
    const text = json ? toJson(list.map(({ code, title }) => ({ code, title }))) : list.map(({ code, title }) => `${code}  ${title}\n`).join('');
    process.stdout.write(text);
    return 0;
  }
  const code = codeFrom(given);
  const page = pages.find((each) => each.code === code);
  if (!page) throw dfError('DF-446', { code: given, hint: didYouMean(code, pages.map((each) => each.code)) });
  const { body: _, ...data } = page;
  process.stdout.write(json ? toJson({ ...data, docs: `docs/errors/${code}.md` }) : renderPage(page));
  return 0;
}

function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
