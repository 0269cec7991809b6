import { DataFlowError } from 'dataflow-ts/compiler';
import { checkedOptions, type BundlerOptions } from './options.js';
import { Projects, type Outcome, type Problem } from './projects.js';

/** What one plugin instance remembers from build to build. */
export class Session {
  readonly #options: BundlerOptions;
  #projects: Projects | undefined;
  #outcome: Outcome = { errors: [], warnings: [] };
  /** What paths in the options are relative to. */
  root = process.cwd();

  /** @throws DF-444, DF-450 unusable options */
  constructor(options: BundlerOptions | undefined) {
    this.#options = checkedOptions(options);
  }

  /** Generates and checks. Without a usable tsconfig the outcome is that error (DF-441, DF-442). */
  run(): Outcome {
    try {
      this.#outcome = this.#load().run();
    } catch (error) {
      if (!(error instanceof DataFlowError)) throw error;
      this.#outcome = { errors: [problemOf(error)], warnings: [] };
    }
    return this.#outcome;
  }

  /** What the last run found. */
  get outcome(): Outcome {
    return this.#outcome;
  }

  /** Files whose change makes another run necessary. */
  get files(): readonly string[] {
    return this.#projects?.files ?? [];
  }

  /** Whether a change of this file, known or new, makes another run necessary. */
  concerns(path: string): boolean {
    return this.#projects !== undefined && (this.#projects.isSource(path) || this.#projects.files.includes(path));
  }

  /**
   * A module without the decorators of 'dataflow-ts'; undefined when there are none.
   * @param watch told the files that a generated module was made from
   * @throws DF-441 there is no tsconfig
   */
  transform(code: string, id: string, watch: (path: string) => void) {
    const path = id.replace(/[?#].*$/s, '');
    const projects = this.#load();
    if (!projects.isGenerated(path)) return projects.strip(code, path);
    for (const file of projects.files) watch(file);
    return undefined;
  }

  #load(): Projects {
    return (this.#projects ??= new Projects(this.#options, this.root));
  }
}

/** Everything that is wrong, as one text. */
export function textOf(problems: readonly Problem[]): string {
  return problems.map(({ text }) => text).join('\n\n');
}

function problemOf(error: DataFlowError): Problem {
  const details = error.solutions.slice(0, 2).map((solution) => `fix: ${solution}`);
  return { message: error.message, details, text: [error.message, ...details.map((line) => `  ${line}`)].join('\n') };
}
