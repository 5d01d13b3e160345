import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';

import { NotFoundError } from 'mediasoup/errors';

import { RouterHarness } from '../support/RouterHarness.ts';

describe('the placement of peers on routers', () => {
  let routers: RouterHarness;

  beforeEach(async () => {
    routers = await RouterHarness.create();
  });

  afterEach(() => routers[Symbol.asyncDispose]());

  test('uses one router until it is full', async () => {
    routers.spreadAfter(1);
    const [ada, bob, carol] = [
      await routers.enter(),
      await routers.enter(),
      await routers.enter(),
    ];
    const home = await routers.placeOf(ada);
    assert.deepEqual(
      [await routers.placeOf(bob), await routers.placeOf(carol)],
      [home, home],
    );
    assert.equal(routers.group.ids.length, 1);
  });

  test('opens another router when the first is full, and returns when it has space', async () => {
    routers.spreadAfter(2);
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const producer = await ada.send();
    const first = await bob.receive(producer);
    const carol = await routers.enter();
    await bob.receive(producer);
    const dave = await routers.enter();
    const home = await routers.placeOf(ada);
    assert.equal(await routers.placeOf(carol), home);
    assert.notEqual(await routers.placeOf(dave), home);
    assert.equal(routers.group.ids.length, 2);

    await dave.receive(producer);
    await dave.receive(producer);
    first.close();
    assert.equal(await routers.placeOf(await routers.enter()), home);
  });

  test('expects peers without consumers to consume as much as the others', async () => {
    routers.spreadAfter(4);
    const ada = await routers.enter();
    const producer = await ada.send();
    for (let count = 0; count < 3; count += 1) {
      await (await routers.enter()).receive(producer);
    }
    const home = await routers.placeOf(ada);
    // A peer that has left is no longer expected.
    (await routers.enter()).transport.close();
    const [bob, carol] = await Promise.all([routers.enter(), routers.enter()]);
    assert.equal(await routers.placeOf(bob), home);
    assert.notEqual(await routers.placeOf(carol), home);
  });

  test('prefers the worker with the fewest consumers of all rooms', async () => {
    const other = await routers.createGroup();
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const producer = await ada.send();
    await ada.receive(producer);
    const busy = await routers.placeOf(ada);
    const places = [];
    for (let count = 0; count < 3; count += 1) {
      places.push(await routers.placeOf(await routers.enter(other)));
    }
    const idle = await routers.placeOf(bob);
    assert.notEqual(idle, busy);
    assert.deepEqual(places, [idle, idle, idle]);
    // The router on the busy worker, with which the group started, is closed.
    assert.equal(other.ids.length, 1);
  });

  test('spreads peers that join at once, and shares the routers', async () => {
    const before = await routers.objectsInWorkers();
    const members = await Promise.all(
      Array.from({ length: 6 }, () => routers.enter()),
    );
    const places = await Promise.all(members.map((it) => routers.placeOf(it)));
    assert.equal(places.filter((place) => place === 0).length, 3);
    assert.equal(routers.group.ids.length, 2);
    const after = await routers.objectsInWorkers();
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b);
    // A router and its two audio observers, and the transports.
    assert.equal(sum(after) - sum(before), 3 + 6);
  });

  test('stays the same as long as a peer has a transport', async () => {
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    const [home, away] = [
      await routers.placeOf(ada),
      await routers.placeOf(bob),
    ];
    assert.notEqual(home, away);
    const first = ada.transport;
    const second = await ada.open();
    assert.equal(await routers.placeOf(ada), home);
    first.close();
    await ada.open();
    assert.equal(await routers.placeOf(ada), home);
    second.close();
    ada.transport.close();
    // The room is empty now.
    assert.equal(routers.group.ids.length, 1);
    const carol = await routers.enter();
    assert.equal(await routers.placeOf(carol), home);
    await ada.open();
    assert.ok([home, away].includes(await routers.placeOf(ada)));
  });

  test('keeps the last router of a room without peers', async () => {
    const [ada, bob] = [await routers.enter(), await routers.enter()];
    ada.transport.close();
    bob.transport.close();
    assert.equal(routers.group.ids.length, 1);
    routers.group.close();
    assert.deepEqual(routers.group.ids, []);
    await assert.rejects(routers.enter(), NotFoundError);
  });
});
