/** What the types of 100 models and 400 calls cost a compiler, beside the peers. */
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../run/ratios.js';
import { compile, type Run } from './compiler.js';
import { tsconfig, write } from './generate.js';
import type { PeerProject } from './project.js';

export interface TypeCost {
  readonly name: string;
  readonly instantiations: number;
  readonly types: number;
  readonly checkMs: number;
  readonly peakMb: number;
  readonly wallMs59: number;
  readonly wallMs70: number;
}

/** @param folder where projects are made; below this package, so that the peers are found */
export async function measureTypes(folder: string, models: number, repeat: number, log: (line: string) => void): Promise<TypeCost[]> {
  const projects: { readonly name: string; readonly at: string; readonly runs59: Run[]; readonly runs70: Run[] }[] = [];
  for (const file of readdirSync(join(import.meta.dirname, 'peers')).sort()) {
    const { peer } = (await import(`./peers/${file}`)) as { peer: PeerProject };
    const at = join(folder, file.replace('.ts', ''));
    rmSync(at, { recursive: true, force: true });
    write(at, { ...(await peer.files(models, at)), 'tsconfig.json': tsconfig({ plugin: false }), 'package.json': '{ "type": "module" }' });
    if (peer.name !== 'empty project') refuseUntyped(at);
    projects.push({ name: peer.name, at, runs59: [], runs70: [] });
  }
  // In turns, so that a machine that slows down slows all of them.
  for (let i = 0; i < repeat; i++) {
    for (const { name, at, runs59, runs70 } of projects) {
      runs59.push(compile('TypeScript 5.9', at));
      runs70.push(compile('TypeScript 7.0', at));
      log(`types ${i + 1} of ${repeat}: ${name}`);
    }
  }
  return projects.map(({ name, runs59, runs70 }) => ({
    name,
    instantiations: runs59[0]!.instantiations!,
    types: runs59[0]!.types!,
    checkMs: median(runs59.map(({ checkMs }) => checkMs!)),
    peakMb: median(runs59.map(({ peakMb }) => peakMb)),
    wallMs59: median(runs59.map(({ wallMs }) => wallMs)),
    wallMs70: median(runs70.map(({ wallMs }) => wallMs)),
  }));
}

/** Types that collapse to `any` are cheap: each of these mistakes must be an error. */
function refuseUntyped(at: string): void {
  const file = 'calls-0.ts';
  const right = readFileSync(join(at, file), 'utf8');
  const mistakes = [['age: 2', "age: 'two'"], ['created.age', 'created.agee'], ['found.note', 'found.nothing'], ['list[0]!.joinedAt', 'list[0]!.joined']] as const;
  for (const [from, to] of mistakes) {
    if (!right.includes(from)) throw new Error(`${at}: there is no '${from}' to put a mistake in`);
    write(at, { [file]: right.replace(from, to) });
    let compiled = true;
    try {
      compile('TypeScript 7.0', at);
    } catch {
      compiled = false;
    }
    write(at, { [file]: right });
    if (compiled) throw new Error(`${at}: '${to}' compiles; its types are too loose to be compared`);
  }
}
