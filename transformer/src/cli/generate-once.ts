import pc from 'picocolors';
import type ts from 'typescript';
import { finding, type Finding } from 'dataflow-ts/compiler';
import { applyPlan, displayed, planGeneration, type Plan } from '../generate-project.js';
import { projectOf } from '../project.js';
import { renderFindings } from './render.js';

/** What one run found and did. */
export interface Outcome {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** What to print, for one run. */
  readonly report: string;
}

/** Generates the files of one program, or with `check` says which are out of date. */
export function generateOnce(tsc: typeof import('typescript'), program: ts.Program, check: boolean): Outcome {
  const start = performance.now();
  const { project, findings: problems } = projectOf(tsc, program.getCompilerOptions(), program.getRootFileNames(), process.cwd());
  const plan = planGeneration(tsc, program, project);
  const changed = [...plan.writes.keys(), ...plan.removals].map((path) => displayed(project, path));
  const findings = [...problems, ...plan.findings];
  if (!check) findings.push(...applyPlan(plan, project));
  else if (changed.length) findings.push(finding('DF-722', { count: changed.length, files: changed.join(', ') }));
  if (findings.length) return { plan, findings, report: renderFindings(tsc, findings, program, project.folder) };
  const folder = displayed(project, project.outDir);
  const done = changed.length === 0 ? `${folder} is up to date` : `${count(plan.writes.size, 'file')} written, ${plan.removals.size} removed in ${folder}`;
  const report = `${pc.green('dataflow')} ${count(plan.models, 'model')}, ${done} ${pc.dim(`(${Math.round(performance.now() - start)} ms)`)}\n`;
  return { plan, findings, report };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
