/** What long workflow chains cost a compiler. */
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { median } from '../run/ratios.js';
import { compile, type CompilerName } from './compiler.js';
import { tsconfig, write } from './generate.js';
import { peer } from './peers/dataflow.js';

export interface ChainCost {
  readonly nodes: number;
  readonly compiler: CompilerName;
  readonly instantiations: number | undefined;
  readonly checkMs: number | undefined;
}

/** A workflow whose nodes each take their filter from the one before. */
function chain(nodes: number): string {
  const lines = Array.from({ length: nodes - 1 }, (_, i) => `  .addNode(Model${(i + 1) % 5}UpdateNode, 'n${i + 1}', { fields: { age: ${i} } })\n  .addConnection('n${i}', 'email', 'n${i + 1}', 'filter.email')\n`);
  return `import { WorkflowBuilder } from 'dataflow-ts';
import { Model0CreateNode, ${[0, 1, 2, 3, 4].map((i) => `Model${i}UpdateNode`).join(', ')} } from './.dataflow/index.js';
export const workflow = new WorkflowBuilder('chain')
  .addNode(Model0CreateNode, 'n0', { id: '1', name: 'a', email: 'e', age: 1, active: true, score: 1, joinedAt: new Date() })
${lines.join('')}  .build();
`;
}

export async function measureChains(folder: string, sizes: readonly number[], repeat: number, log: (line: string) => void): Promise<ChainCost[]> {
  const at = join(folder, 'chains');
  rmSync(at, { recursive: true, force: true });
  const files = await peer.files(5, at);
  const kept = Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('calls')));
  const costs: ChainCost[] = [];
  for (const nodes of sizes) {
    write(at, { ...kept, 'tsconfig.json': tsconfig({ plugin: false }), 'package.json': '{ "type": "module" }', 'workflow.ts': chain(nodes) });
    for (const compiler of ['TypeScript 5.9', 'TypeScript 6.0', 'TypeScript 7.0'] as const) {
      const runs = Array.from({ length: repeat }, () => compile(compiler, at));
      costs.push({ nodes, compiler, instantiations: runs[0]!.instantiations, checkMs: median(runs.map(({ checkMs }) => checkMs ?? 0)) || undefined });
    }
    log(`chain of ${nodes} nodes`);
  }
  return costs;
}
