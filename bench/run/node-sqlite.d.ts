/** The part of `node:sqlite` that is used; the types of Node 20 do not know it. */
declare module 'node:sqlite' {
  export class DatabaseSync {
    constructor(file: string);
    exec(sql: string): void;
    prepare(sql: string): StatementSync;
    close(): void;
  }
  export class StatementSync {
    /** From Node 22.16 and 24.0 on. */
    setReturnArrays(on: boolean): void;
    all(...values: readonly unknown[]): unknown[];
    get(...values: readonly unknown[]): unknown;
    run(...values: readonly unknown[]): { readonly changes: number | bigint };
  }
}
