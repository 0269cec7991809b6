import { optionNames, optionTable, type OptionName } from '../../../runtime/src/database/options/option-table.js';
import type { ValueType } from '../../../runtime/src/database/options/value-type.js';
import { profileNames, profiles } from '../../../runtime/src/database/profiles.js';

/** The page with its tables made from the description of the options. */
export function filledIn(page: string): string {
  return between(between(page, 'options', optionsTable()), 'profiles', profilesTable());
}

function between(page: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = page.split(start);
  if (rest === undefined || !rest.includes(end)) throw new Error(`docs/configuration.md has no place for ${name}`);
  return `${before}${start}\n${text}${end}${rest.split(end)[1]}`;
}

function optionsTable(): string {
  return table(['option', 'value', 'default', 'environment', ''], optionNames.map((name) => {
    const { type, variable, sinceSqlite, text, default: usual } = optionTable[name];
    return [`\`${name}\``, valueText(type), valueOf(usual), variable === undefined ? '' : `\`${variable}\``, (sinceSqlite === undefined ? '' : 'PostgreSQL. ') + text];
  }));
}

function profilesTable(): string {
  const changed = optionNames.filter((name) => profileNames.some((profile) => profile in profiles && name in profiles[profile]));
  return table(['option', 'default', ...profileNames], changed.map((name) => [
    `\`${name}\``, valueOf(optionTable[name].default), ...profileNames.map((profile) => valueOf((profiles[profile] as Partial<Record<OptionName, unknown>>)[name])),
  ]));
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(heads) + line(heads.map(() => '---')) + rows.map(line).join('');
}

function valueText(type: ValueType): string {
  switch (type.kind) {
    case 'integer':
      return type.most === 2 ** 31 - 1 ? `whole number, at least ${type.least}` : `${type.least} to ${type.most}`;
    case 'choice':
      return type.of.map((one) => `\`${one}\``).join(', ');
    case 'boolean':
      return 'true, false';
    case 'certificate':
    case 'privateKey':
      return 'PEM text';
    case 'schema':
      return '`schema`';
    case 'logger':
      return 'logger';
    case 'url':
      return 'URL';
    case 'text':
      return 'text';
  }
}

function valueOf(value: unknown): string {
  return value === undefined ? '' : `\`${String(value)}\``;
}
