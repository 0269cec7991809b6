import { resolve } from 'node:path';
import { isOwn, ProjectChecker, type ProjectCheck } from '../cli/check-project.js';
import { loadTypescript } from '../cli/load-typescript.js';
import { readConfig } from '../cli/read-config.js';
import { itemsOf, type Item } from '../cli/report/items.js';
import { textOf } from '../cli/report/text.js';
import { findTsconfig, type Mode } from '../project.js';
import { FileCache } from './file-cache.js';
import type { BundlerOptions } from './options.js';
import { stripDecorators, type Stripped } from './strip-decorators.js';

/** One thing that is wrong, as bundlers want to know it. */
export interface Problem {
  /** `DF-101: …`, one line. */
  readonly message: string;
  readonly details: readonly string[];
  /** Everything, with a frame of the code, as `dataflow validate` prints it. */
  readonly text: string;
  /** Absolute path; lines and columns count from 1. */
  readonly place?: { readonly path: string; readonly line: number; readonly column: number; readonly length: number; readonly lineText: string };
}

/** What one run over the projects of a tsconfig has found. */
export interface Outcome {
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** The projects of one tsconfig, generated and checked as often as a bundler builds. */
export class Projects {
  readonly #configPath: string;
  readonly #tsc: typeof import('typescript');
  readonly #caches = new Map<string, FileCache>();
  #checks: readonly ProjectCheck[] = [];

  /**
   * @param root what the path in the options is relative to
   * @throws DF-441 there is no such tsconfig
   */
  constructor(private readonly options: BundlerOptions, root: string) {
    this.#configPath = findTsconfig(options.tsconfig, root);
    this.#tsc = loadTypescript(this.#configPath);
  }

  /**
   * Writes the generated files that are missing or out of date, and checks the code.
   * @throws DF-442 TypeScript cannot read the tsconfig
   */
  run(): Outcome {
    const tsc = this.#tsc;
    const { mode } = this.options;
    this.#checks = readConfig(tsc, this.#configPath).map((config) => {
      const path = config.options['configFilePath'] as string;
      const cache = this.#caches.get(path) ?? new FileCache();
      this.#caches.set(path, cache);
      return new ProjectChecker(tsc, config, cache.host(tsc, config.options)).check({ write: true, ...(mode && { mode }) });
    });
    const items = itemsOf(tsc, this.#checks.map((check) => dataflowOnly(tsc, check, mode ?? check.project.mode)));
    const problems = (severity: Item['severity']) => items.filter((item) => item.severity === severity).map((item) => this.#problem(item));
    return { errors: problems('error'), warnings: problems('warning') };
  }

  /** The projects' own source files and tsconfig files: what a change of makes another run necessary. Absolute paths. */
  get files(): string[] {
    const paths = this.#checks.flatMap(({ program, project: { configPath } }) => [
      ...program.getSourceFiles().filter((file) => isOwn(program, file)).map(({ fileName }) => resolve(fileName)),
      ...(configPath === undefined ? [] : [configPath]),
    ]);
    return [...new Set(paths)];
  }

  /** Whether a module is one of the generated files. They import only types of the model files, so no bundler knows these. */
  isGenerated(path: string): boolean {
    const absolute = resolve(path);
    return this.#checks.some(({ plan }) => plan.files.has(absolute));
  }

  /** Whether a file that was not there before may belong to the projects. */
  isSource(path: string): boolean {
    return /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path) && !/[\\/]node_modules[\\/]/.test(path);
  }

  strip(code: string, path: string): Stripped | undefined {
    return stripDecorators(this.#tsc, code, path);
  }

  #problem(item: Item): Problem {
    const { code, message, details, place, source } = item;
    const file = place && source.check.program.getSourceFile(place.path);
    return {
      message: 'found' in source ? `${code}: ${message}` : message,
      details,
      text: textOf(this.#tsc, item, false),
      ...(place && {
        place: {
          path: place.path, line: place.line, column: place.column,
          length: place.line === place.endLine ? place.endColumn - place.column : 0,
          lineText: file ? lineOf(file.text, place.start) : '',
        },
      }),
    };
  }
}

/**
 * TypeScript's own errors are tsc's business, as everywhere in bundlers: but for those whose text is DataFlow's, from the types of the
 * generated nodes, unless a finding says the same about the file.
 */
function dataflowOnly(tsc: typeof import('typescript'), check: ProjectCheck, mode: Mode | undefined): ProjectCheck {
  const { project, findings, diagnostics } = check;
  const said = new Set(findings.map(({ code, at }) => `${code} ${at ? resolve(project.folder, at.file) : ''}`));
  const taught = diagnostics.filter(({ file, messageText }) => {
    const [code] = /\bDF-\d{3}\b(?=:)/.exec(JSON.stringify(messageText)) ?? [];
    return code !== undefined && !said.has(`${code} ${file ? resolve(file.fileName) : ''}`);
  });
  if (mode === 'off') return { ...check, diagnostics: [] };
  return { ...check, diagnostics: mode === 'warn' ? taught.map((each) => ({ ...each, category: tsc.DiagnosticCategory.Warning })) : taught };
}

function lineOf(text: string, position: number): string {
  const start = text.lastIndexOf('\n', position - 1) + 1;
  const end = text.indexOf('\n', position);
  return text.slice(start, end < 0 ? text.length : end).replace(/\r$/, '');
}
