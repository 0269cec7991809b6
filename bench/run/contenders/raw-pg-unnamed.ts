import type { Contender } from '../contender.js';
import { opening } from './raw-pg.js';

export const contender: Contender = { name: 'raw pg, unnamed statements', role: 'raw', open: opening(false) };
