import type ts from 'typescript';

type Service = ts.LanguageService;
type Method = { [K in keyof Service]-?: Service[K] extends (...args: never[]) => unknown ? K : never }[keyof Service] & string;
type Arguments<K extends Method> = Parameters<Extract<Service[K], (...args: never[]) => unknown>>;
type Result<K extends Method> = ReturnType<Extract<Service[K], (...args: never[]) => unknown>>;

export type Log = (what: string, error: unknown) => void;

/**
 * A language service that does what the original does, except for the methods that were replaced. Whatever a replacement throws is
 * logged, and the original answers instead. Only what TypeScript throws to end a cancelled request goes through.
 */
export class ServiceProxy {
  readonly service: Service;

  constructor(private readonly original: Service, private readonly tsc: typeof import('typescript'), private readonly log: Log) {
    const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const name of Object.keys(original) as (keyof Service)[]) {
      const member = original[name] as unknown;
      copy[name] = typeof member === 'function' ? (...args: unknown[]) => (member as (...args: unknown[]) => unknown).apply(original, args) : member;
    }
    this.service = copy as unknown as Service;
  }

  /** Replaces a method. `ask` is the original. */
  replace<K extends Method>(name: K, replacement: (ask: (...args: Arguments<K>) => Result<K>, ...args: Arguments<K>) => Result<K>): void {
    const member = this.original[name] as unknown;
    // Versions of TypeScript differ in the methods they have.
    if (typeof member !== 'function') return;
    const ask = (...args: Arguments<K>) => (member as (...args: unknown[]) => Result<K>).apply(this.original, args);
    const guarded = (...args: Arguments<K>): Result<K> => {
      try {
        return replacement(ask, ...args);
      } catch (error) {
        if (!(error instanceof this.tsc.OperationCanceledException)) this.log(name, error);
        return ask(...args);
      }
    };
    (this.service as unknown as Record<string, unknown>)[name] = guarded;
  }
}
