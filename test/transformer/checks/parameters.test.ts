import { testFamily } from './family.js';

testFamily('parameters');
