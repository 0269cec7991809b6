import type { Contender } from '../contender.js';
import { openWith } from './dataflow.js';

export const contender: Contender = { name: 'DataFlow on sqlite3', role: 'ours', ownTables: true, open: openWith('sqlite3') };
