import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DurationHistogram } from '../../../runtime/src/observe/duration-histogram.js';

test('quantiles are off by a tenth at most', () => {
  const times = fc.array(fc.double({ min: 0.002, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(times, fc.constantFrom(0.5, 0.95, 0.99, 1), (all, part) => {
      const histogram = new DurationHistogram();
      for (const ms of all) histogram.add(ms);
      const exact = [...all].sort((a, b) => a - b)[Math.ceil(all.length * part) - 1]!;
      const estimate = histogram.quantile(part);
      assert.ok(estimate >= exact / 1.1 && estimate <= exact * 1.1, `${estimate} for ${exact}`);
      assert.ok(estimate <= histogram.max);
    }),
  );
});

test('whatever is too short or too long has its place', () => {
  const histogram = new DurationHistogram();
  assert.is(histogram.quantile(0.99), 0);
  for (const ms of [0, 1e-9, 1e9]) histogram.add(ms);
  assert.is(histogram.max, 1e9);
  assert.ok(histogram.quantile(0.5) <= 0.001);
  assert.is(histogram.sum, 1e9 + 1e-9);
});

test.run();
