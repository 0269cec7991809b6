/**
 * Builds both packages: the error catalogue, TypeScript, and the templates beside the compiled compiler.
 * `node scripts/build.mjs`; what has not changed costs next to nothing.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, main, seconds } from './lib/progress.mjs';
import { root, setUp } from './setup.mjs';

export function build() {
  const start = performance.now();
  run('the error catalogue', 'catalog/generate.mjs');
  run('TypeScript', 'node_modules/typescript/bin/tsc', '-b');
  for (const name of ['runtime', 'transformer']) removeOrphans(join(root, name));
  copyChanged(join(root, 'codegen-templates'), join(root, 'transformer/dist/templates'));
  console.log(`Built in ${seconds(start)}`);
}

function run(what, script, ...args) {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Failure(`Building ${what} failed.`);
}

/** Removes what was compiled from sources that are gone: it would be packed and published. */
function removeOrphans(folder) {
  for (const file of readdirSync(join(folder, 'dist'), { recursive: true })) {
    const [, path, kind] = /^(.*?)(?:\.d)?\.([cm]?)[jt]s(?:\.map)?$/.exec(file) ?? [];
    if (path !== undefined && !existsSync(join(folder, 'src', `${path}.${kind}ts`))) rmSync(join(folder, 'dist', file));
  }
}

/** Makes `to` hold exactly the Handlebars templates of `from`; files that are the same keep their time stamps. */
function copyChanged(from, to) {
  mkdirSync(to, { recursive: true });
  const names = readdirSync(from).filter((name) => name.endsWith('.hbs'));
  for (const name of names) {
    const target = join(to, name);
    if (!existsSync(target) || !readFileSync(join(from, name)).equals(readFileSync(target))) copyFileSync(join(from, name), target);
  }
  for (const name of readdirSync(to)) if (!names.includes(name)) rmSync(join(to, name), { recursive: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp();
    build();
  });
}
