import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { didYouMean, nearNames } from '../../../runtime/src/errors/near-names.js';

test('near names, best first, at most four', () => {
  assert.equal(nearNames('nmae', ['id', 'name', 'email']), ['name']);
  assert.equal(nearNames('limt', ['limit', 'offset', 'select']), ['limit']);
  assert.equal(nearNames('created_at', ['updatedAt', 'createdAt']), ['createdAt']);
  assert.equal(nearNames('NAME', ['name']), ['name']);
  assert.equal(nearNames('conflict', ['conflictOn', 'onConflict', 'data'])[0], 'conflictOn');
  assert.is(nearNames('aaaa', ['aaab', 'aaac', 'aaad', 'aaae', 'aaaf']).length, 4);
});

test('nothing near', () => {
  assert.equal(nearNames('zzz', ['id', 'name']), []);
  assert.equal(nearNames('', ['id']), []);
  assert.equal(nearNames('__', ['id']), []);
  assert.equal(nearNames('x'.repeat(10_000), ['x'.repeat(9_999)]), []);
  assert.is(didYouMean('zzz', ['id']), '');
});

test('as the end of a sentence', () => {
  assert.is(didYouMean('nme', ['name', 'nae']), `; did you mean 'nae' or 'name'?`);
});

test.run();
