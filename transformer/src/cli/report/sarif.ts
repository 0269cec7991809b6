import { relative, resolve } from 'node:path';
import { catalog, type CatalogEntry, type Code, type Fix } from 'dataflow-ts/compiler';
import { versionOfPackage } from '../../package-files.js';
import type { Item, Place } from './items.js';

/** SARIF 2.1.0, for code scanning: rules from the catalogue, results with places, related places and fixes. */
export function sarifReport(items: readonly Item[], root = process.env['GITHUB_WORKSPACE'] ?? process.cwd()): string {
  const codes = [...new Set(items.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'dataflow', version: versionOfPackage(), rules: codes.map(rule) } },
        columnKind: 'utf16CodeUnits',
        results: items.map((item) => result(item, codes.indexOf(item.code), root)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function rule(code: string): object {
  const entry: CatalogEntry | undefined = Object.hasOwn(catalog, code) ? catalog[code as Code] : undefined;
  if (!entry) return { id: code, shortDescription: { text: "TypeScript's own error" } };
  return {
    id: code,
    name: entry.title,
    shortDescription: { text: entry.title },
    fullDescription: { text: entry.what },
    help: { text: [entry.what, '', ...entry.solutions.map((text) => `- ${text}`), '', `dataflow explain ${code}`].join('\n') },
  };
}

function result({ code, severity, message, details, place, related, source }: Item, ruleIndex: number, root: string): object {
  const fixes = 'found' in source ? (source.found.fixes ?? []) : [];
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: [message, ...details].join('\n') },
    locations: place ? [location(place, root)] : [],
    ...(related.length > 0 && { relatedLocations: related.map((each, id) => ({ id, ...location(each.place, root), message: { text: each.message } })) }),
    ...(fixes.length > 0 && { fixes: fixes.map((fix) => fixOf(fix, source.check.project.folder, root)) }),
  };
}

function location(place: Place, root: string): object {
  const region = { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn, charOffset: place.start, charLength: place.end - place.start };
  return { physicalLocation: { artifactLocation: artifact(place.path, root), region } };
}

function fixOf({ title, edits }: Fix, folder: string, root: string): object {
  const files = [...new Set(edits.map(({ file }) => file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifact(resolve(folder, file), root),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map(({ start, end, text }) => ({ deletedRegion: { charOffset: start, charLength: end - start }, insertedContent: { text } })),
    })),
  };
}

function artifact(path: string, root: string): object {
  const uri = relative(root, path).replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return { uri, uriBaseId: '%SRCROOT%' };
}
