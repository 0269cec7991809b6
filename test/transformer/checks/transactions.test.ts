import { testFamily } from './family.js';

testFamily('transactions');
