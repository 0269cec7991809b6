import type { ModelSchema } from 'dataflow-ts/compiler';
import { generatedModuleNames } from 'dataflow-ts/compiler';
import { identifier } from './printing.js';

/** What a generated module imports from 'dataflow-ts', collected while its parts are made. */
export class Imports {
  readonly #own: ReadonlySet<string>;
  readonly #used = new Map<string, string>();

  constructor(private readonly model: ModelSchema) {
    this.#own = new Set(generatedModuleNames(model));
  }

  /** Local name of a type of 'dataflow-ts': another one where the model itself generates that name (`Compiled` → `CompiledModel`). */
  use(name: string): string {
    const local = this.#own.has(name) ? `DataFlow${name}` : name;
    this.#used.set(name, local);
    return local;
  }

  /** Local name of the user's class: another one where it would hide a type that the module needs (a model called `Date`). */
  get modelClass(): string {
    const name = identifier(this.model.name);
    return reserved.test(name) ? `${name}Class` : name;
  }

  /** Import specifiers in alphabetical order. */
  list(): string[] {
    return [...this.#used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, local]) => (name === local ? name : `${name} as ${local}`));
  }
}

/** Types of the language and of 'dataflow-ts' that generated modules name. */
const reserved =
  /^(Date|Uint8Array|Promise|Pick|Partial|NonNullable|Object|Id|Int|Uuid|Decimal|DateOnly|Iterable|AsyncIterable|Scalar|Need\w+|Paging|RowLock|AllRows|AnyKeyOf|Exactly|ListOf|FilterGroups|DataFlowNode|CompiledModel|CallOptions|BulkOptions|Known\w+|No\w+|By\w+|Only\w+|Flat\w+|Names|Read\w+|Delete\w+|Changes|Deletions|Patches|\w*ToCreate|To\w+|\w+Ops|\w+Result\w*)$/;
