import { testFamily } from './family.js';

testFamily('models');
