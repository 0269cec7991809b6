import type { Contender } from '../contender.js';
import { openWith } from './dataflow.js';

export const contender: Contender = { name: 'DataFlow on sqlite3', databases: ['sqlite'], role: 'ours', sqliteDates: 'text', open: openWith('sqlite3') };
