import { testFamily } from './family.js';

testFamily('connections');
