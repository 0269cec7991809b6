import type { Logger } from '../database/logger.js';

/** What lines go to when no logger is given. The message says it all, so there a line is a line. */
export const consoleLogger: Logger = {
  debug: (message) => console.debug(message),
  info: (message) => console.info(message),
  warn: (message) => console.warn(message),
  error: (message) => console.error(message),
};

/** Writes a line. A logger that fails, at once or later, is left alone: nobody's call may fail because of it. */
export function writeLog(logger: Logger, level: keyof Logger, message: string, fields: object): void {
  try {
    const written: unknown = logger[level](message, fields);
    if (written instanceof Promise) written.catch(() => undefined);
  } catch {
    // There is nowhere else to say it.
  }
}

/** `0.42 ms`. */
export function inMs(ms: number): string {
  return `${roundMs(ms)} ms`;
}

/** Three places: more is noise. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
