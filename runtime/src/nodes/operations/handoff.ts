/** Hands values from one asynchronous function to another, one at a time: the giver waits until its value is taken. */
export class Handoff<T> {
  #given: { readonly value: T; readonly taken: (more: boolean) => void } | undefined;
  #taker: { readonly resolve: (value: T | undefined) => void; readonly reject: (error: unknown) => void } | undefined;
  #end: { readonly error?: unknown } | undefined;
  #stopped = false;

  /** @returns whether more is wanted */
  give(value: T): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    const taker = this.#taker;
    if (taker !== undefined) {
      this.#taker = undefined;
      taker.resolve(value);
      return Promise.resolve(true);
    }
    return new Promise((taken) => (this.#given = { value, taken }));
  }

  /** The next value, undefined after the last. Throws the error the giver ended with. */
  take(): Promise<T | undefined> {
    const given = this.#given;
    if (given !== undefined) {
      this.#given = undefined;
      given.taken(true);
      return Promise.resolve(given.value);
    }
    if (this.#end !== undefined) return 'error' in this.#end ? Promise.reject(this.#end.error) : Promise.resolve(undefined);
    return new Promise((resolve, reject) => (this.#taker = { resolve, reject }));
  }

  /** The giver has no more. */
  end(): void {
    this.#end ??= {};
    this.#taker?.resolve(undefined);
  }

  /** The giver has failed. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#taker?.reject(error);
  }

  /** The taker wants no more. */
  stop(): void {
    this.#stopped = true;
    this.#given?.taken(false);
  }
}
