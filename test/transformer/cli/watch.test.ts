import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProjectFolder, userModel } from '../plugin/project-folder.js';

test('dataflow generate --watch: a line per change, findings, removals; ends cleanly', async () => {
  const project = new ProjectFolder({ typescript: 'typescript-7' });
  try {
    const dataflow = project.watchDataflow('generate', '--watch');
    assert.match(await dataflow.until(/ms\)\n/), /^dataflow 1 model, 7 files written, 0 removed in \.dataflow \(\d+ ms\)\n$/);
    await quiet();

    project.write('src/team.ts', userModel.replace('User', 'Team'));
    assert.match(await dataflow.until(/ms\)\n/), 'dataflow 2 models, ');
    assert.ok(project.exists('.dataflow/team.js'));
    await quiet();

    project.write('src/team.ts', userModel.replace('User', 'Team').replace('name!: string', 'name!: any'));
    assert.match(await dataflow.until(/fix: .*\n/), 'src/team.ts:6:3 - error TS90617: DF-617: ');
    assert.ok(project.exists('.dataflow/team.js'));
    await quiet();

    project.remove('src/team.ts');
    assert.match(await dataflow.until(/ms\)\n/), '3 removed in .dataflow');
    assert.not(project.exists('.dataflow/team.js'));
    await quiet();

    assert.is(dataflow.unread, '', 'nothing is printed when nothing changed');
    assert.is(await dataflow.stop('SIGINT'), 0);
  } finally {
    await project.close();
  }
});

/** Watching starts after the first line; two edits at once are one change. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 700));
}

test.run();
