import type { PeerProject } from '../project.js';

/** The same libraries and nothing else: what every project pays. */
export const peer: PeerProject = { name: 'empty project', files: () => ({ 'calls-0.ts': 'export const now: Date = new Date();\n' }) };
