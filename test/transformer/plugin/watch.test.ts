import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from './project-folder.js';

const withTeam = `${userModel}
@model
export class Team {
  id!: string;
}
`;
const usesTeam = "import { TeamCreateNode } from '#dataflow';\n\nexport const node = TeamCreateNode;\n";
const counted = /Found (\d+) errors?\. Watching for file changes\./;

for (const args of [['--watch'], ['-b', '--watch']]) {
  test(`tspc ${args.join(' ')}: the cycle after an edit knows of added, broken and removed models`, async () => {
    const project = new ProjectFolder({ compilerOptions: { composite: args[0] === '-b' } });
    const tspc = project.watchTspc(...args);
    try {
      assert.match(await tspc.until(counted), 'Found 0 errors');
      assert.ok(project.exists('.dataflow/user.js'));
      await quiet();

      project.write('src/main.ts', "import { UserReadNode } from '#dataflow';\n\nexport const node = UserReadNode;\n");
      assert.match(await tspc.until(counted), 'Found 0 errors', 'an edit that changes no model');
      await quiet();

      project.write('src/models.ts', withTeam);
      project.write('src/main.ts', usesTeam);
      await tspc.until(/Found 0 errors/);
      assert.ok(project.exists('.dataflow/team.js'));
      await quiet();

      project.write('src/models.ts', withTeam.replace('name!: string', 'name!: any'));
      const broken = await tspc.until(/Found [1-9]\d* errors?/);
      assert.match(broken, 'src/models.ts(6,3): error TS90617: DF-617: ');
      assert.match(broken, 'Found 1 error');
      await quiet();

      project.write('src/models.ts', userModel);
      const removed = await tspc.until(/Found [1-9]\d* errors?/);
      assert.match(removed, "src/main.ts(1,10): error TS90704: DF-704: '#dataflow' has no 'TeamCreateNode'");
      assert.match(removed, 'Found 1 error');
      assert.not(project.exists('.dataflow/team.js'));

      project.write('src/main.ts', 'export {};\n');
      await tspc.until(/Found 0 errors/);
    } finally {
      await project.close();
    }
  });
}

/** Watching starts after the result is printed, and writing generated files starts a cycle of the compiler's own. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 700));
}

test.run();
