import { testFamily } from './family.js';

testFamily('filters');
