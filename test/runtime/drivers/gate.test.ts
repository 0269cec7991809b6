import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Gate } from '../../../runtime/src/drivers/gate.js';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const gateOf = (ms = 1000): Gate => new Gate(ms, (waited) => new Error(`waited ${waited}`));

test('many pass shared, one alone, first come first served', async () => {
  const gate = gateOf();
  const order: string[] = [];
  await gate.shared();
  gate.enter();
  void gate.exclusive().then(() => order.push('alone'));
  void gate.shared().then(() => order.push('late'));
  assert.not(gate.open);
  await tick();
  assert.equal(order, []);
  gate.leave();
  gate.leave();
  await tick();
  assert.equal(order, ['alone']);
  gate.leaveExclusive();
  await tick();
  assert.equal(order, ['alone', 'late']);
  assert.ok(gate.open);
});

test('who waits too long gets the error, and those behind go on', async () => {
  const gate = gateOf(20);
  await gate.shared();
  const alone = gate.exclusive().catch((error: Error) => error.message);
  const behind = gate.shared().then(() => 'passed');
  assert.is(await alone, 'waited 20');
  assert.is(await behind, 'passed');
});

test('drained, it lets in nobody who comes later', async () => {
  const gate = gateOf();
  await gate.exclusive();
  const queued = gate.shared().then(() => gate.leave());
  const drained = gate.drain(() => new Error('closed'));
  const late = gate.shared().catch((error: Error) => error.message);
  assert.is(await late, 'closed');
  gate.leaveExclusive();
  await queued;
  await drained;
  assert.is(await gate.exclusive().catch((error: Error) => error.message), 'closed');
});

test.run();
