/** `npm run bench`, `bench:compile`, `bench:startup`: sets up, then runs `run/main.ts` and so on with the other arguments. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { main } from '../scripts/lib/progress.mjs';
import { root } from '../scripts/setup.mjs';
import { bench, setUpBench } from './setup.mjs';

const [part, ...options] = process.argv.slice(2);

await main(async () => {
  await setUpBench();
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', join(bench, part, 'main.ts'), ...options], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
});
