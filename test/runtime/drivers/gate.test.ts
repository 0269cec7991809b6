import { getEventListeners } from 'node:events';
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

test('an aborted signal ends the wait, and those behind go on', async () => {
  const gate = gateOf();
  await gate.shared();
  const controller = new AbortController();
  const alone = gate.exclusive(controller.signal).catch((error: Error) => error);
  const behind = gate.shared(controller.signal).then(() => 'passed');
  assert.is(gate.waiting, 2);
  const late = gate.shared().then(() => 'passed');
  const reason = new Error('enough');
  const given = behind.catch((error: Error) => error);
  controller.abort(reason);
  assert.is(await alone, reason);
  assert.is(await given, reason);
  assert.is(await late, 'passed');
  assert.is(await gate.shared(controller.signal).catch((error: Error) => error), reason);
  assert.equal([gate.inside, gate.waiting], [2, 0]);
});

test('nothing listens to a signal once its wait is over', async () => {
  const gate = gateOf(20);
  const { signal } = new AbortController();
  await gate.exclusive(signal);
  const waits = [gate.shared(signal), gate.shared(signal).catch(() => undefined)];
  assert.is(getEventListeners(signal, 'abort').length, 2);
  gate.leaveExclusive();
  await Promise.all(waits);
  assert.is(getEventListeners(signal, 'abort').length, 0);
});

test('cut off, who waits is refused, and the gate is drained as soon as nobody is inside', async () => {
  const gate = gateOf();
  await gate.shared();
  const waits = [gate.exclusive(), gate.shared(), gate.shared()].map((wait) => wait.catch((error: Error) => error.message));
  const drained = gate.drain(() => new Error('closed'));
  assert.equal([gate.inside, gate.waiting], [1, 3]);
  gate.cutOff(() => new Error('cut off'));
  assert.equal(await Promise.all(waits), ['cut off', 'cut off', 'cut off']);
  gate.leave();
  await drained;
  assert.equal([gate.inside, gate.waiting], [0, 0]);
});

test.run();
