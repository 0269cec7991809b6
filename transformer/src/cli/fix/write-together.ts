import { accessSync, chmodSync, constants, existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A file to be written. `before` is what it held when the new text was worked out; undefined for a new file. */
export interface Change {
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer;
}

/** Why nothing was written. */
export interface WriteFailure {
  readonly path: string;
  readonly reason: string;
}

/**
 * Writes all files or none: new contents go beside the old ones first and take their places when all of them are there. A file
 * that was changed by somebody else in the meantime is a failure. Links stay links, permissions stay.
 */
export function writeTogether(changes: readonly Change[]): WriteFailure | undefined {
  const staged: { path: string; temporary: string; before: Buffer | undefined }[] = [];
  const done: typeof staged = [];
  let current = '';
  try {
    for (const { path, before, after } of changes) {
      current = path;
      const target = existsSync(path) ? realpathSync(path) : path;
      const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
      staged.push({ path: target, temporary, before });
      // A rename would replace a read-only file; its owner meant it to stay.
      if (before) accessSync(target, constants.W_OK);
      writeFileSync(temporary, after, { flag: 'wx' });
      if (before) chmodSync(temporary, statSync(target).mode);
    }
    for (const file of staged) {
      current = file.path;
      const now = existsSync(file.path) ? readFileSync(file.path) : undefined;
      if (now === undefined ? file.before !== undefined : !file.before?.equals(now)) throw new Error('it was changed in the meantime');
      renameSync(file.temporary, file.path);
      done.push(file);
    }
    return undefined;
  } catch (error) {
    for (const { path, before } of done) before ? writeFileSync(path, before) : rmSync(path, { force: true });
    return { path: current, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  }
}
