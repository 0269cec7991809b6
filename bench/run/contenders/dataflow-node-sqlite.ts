import type { Contender } from '../contender.js';
import { openWith } from './dataflow.js';

export const contender: Contender = { name: 'DataFlow on node:sqlite', role: 'ours', ownTables: true, open: openWith('node:sqlite') };
