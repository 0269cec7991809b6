/**
 * Generates the nodes of a test project with the real compiler: `npx tsx test/support/generate.mts test/behaviour`
 * writes test/behaviour/.dataflow. Needs the built runtime (`npm run build`).
 */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { messageOf } from 'dataflow-ts/compiler';
import { applyPlan, planGeneration } from '../../transformer/src/generate-project.js';

/** Generates from `models.ts` in the folder; throws with every finding when something is wrong. */
export function generateNodes(folder: string): void {
  const configPath = join(folder, 'tsconfig.json');
  const { config, error } = ts.readConfigFile(configPath, (path) => ts.sys.readFile(path));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  const program = ts.createProgram({ rootNames: [join(folder, 'models.ts')], options });
  const project = { configPath, folder, outDir: join(folder, '.dataflow') };
  const plan = planGeneration(ts, program, project);
  const findings = [...plan.findings, ...(plan.findings.length === 0 ? applyPlan(plan, project) : [])];
  if (findings.length > 0) throw new Error(findings.map((found) => `${found.at?.file}:${found.at?.line} ${messageOf(found)}`).join('\n'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  generateNodes(resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../behaviour')));
}
