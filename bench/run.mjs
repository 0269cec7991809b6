/** `npm run bench [-- options]`: sets up, then runs `run/main.ts`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { main } from '../scripts/lib/progress.mjs';
import { root } from '../scripts/setup.mjs';
import { bench, setUpBench } from './setup.mjs';

await main(async () => {
  await setUpBench();
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', join(bench, 'run/main.ts'), ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
});
