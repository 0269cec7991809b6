/** Projects to compile: models of eight fields, and calls on them. Every project of a peer does the same work as ours. */

/** Files of a project by path. */
export type Files = Readonly<Record<string, string>>;

export interface PeerProject {
  readonly name: string;
  /** @param folder where the files will be, for those that have to generate more */
  files(count: number, folder: string): Files | Promise<Files>;
}

export interface ModelNames {
  /** `Model7`, `model7`, `model_7`. */
  readonly type: string;
  readonly variable: string;
  readonly table: string;
}

export const modelsOf = (count: number): ModelNames[] => Array.from({ length: count }, (_, i) => ({ type: `Model${i}`, variable: `model${i}`, table: `model_${i}` }));

/** A new row. `note` is the nullable field. */
export const newRow = `{ id, name: 'a', email: 'e', age: 1, active: true, score: 1.5, joinedAt: new Date(), note: null }`;

/** Reads a field of each result, so that result types are really computed. */
export const useResults = `  const used: { a: number; b: string | null; c: boolean; d: Date; n: number } = { a: created.age, b: found ? found.note : null, c: updated.active, d: list[0]!.joinedAt, n: list.length };
  return used;`;

const modelsPerFile = 25;

/** Files of functions, one per model with one create, find, update and list each. */
export function callFiles(count: number, head: string, body: (model: ModelNames) => string): Files {
  const models = modelsOf(count);
  const files: Record<string, string> = {};
  for (let start = 0; start < count; start += modelsPerFile) {
    const functions = models.slice(start, start + modelsPerFile).map((model) => `export async function use_${model.variable}(id: string) {\n${body(model)}\n${useResults}\n}\n`);
    files[`calls-${start / modelsPerFile}.ts`] = `${head}${functions.join('')}`;
  }
  return files;
}
