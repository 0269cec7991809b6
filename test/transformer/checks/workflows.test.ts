import { testFamily } from './family.js';

testFamily('workflows');
