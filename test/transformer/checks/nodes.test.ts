import { testFamily } from './family.js';

testFamily('nodes');
