import type { Logger } from '../../../runtime/src/database/logger.js';

export interface Line {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: Record<string, any>;
}

/** A logger that keeps what it is told. */
export function recordingLogger(): Logger & { readonly lines: Line[]; of(event: string): Line[] } {
  const lines: Line[] = [];
  const write = (level: keyof Logger) => (message: string, fields?: object): void => void lines.push({ level, message, fields: { ...fields } });
  return {
    lines,
    of: (event) => lines.filter((line) => line.fields['event'] === event),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

/** Waits until something is there that is bound to come. */
export async function until<T>(find: () => T | undefined | false): Promise<T> {
  for (let waited = 0; ; waited += 5) {
    const found = find();
    if (found) return found;
    if (waited > 20_000) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
