import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';

import { Link } from '../../tools/netem/Link.ts';
import { noLink } from '../../tools/netem/program.ts';
import { until } from '../support/until.ts';

const LINK = new URL('../../tools/netem/Link.ts', import.meta.url).href;

/** Runs a script in Node at the far end. @returns What it prints. */
async function runAtFarEnd(link: Link, script: string): Promise<string> {
  const { executablePath, env } = link.starting(process.execPath);
  const child = spawn(executablePath, ['--eval', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return await text(child.stdout);
}

/** Sends datagrams from the far end, all at once. */
async function sendsDatagrams(
  link: Link,
  count: number,
  length: number,
): Promise<void> {
  const script = `
    const socket = require('node:dgram').createSocket('udp4');
    let left = ${count};
    for (let i = 0; i < ${count}; i += 1) {
      socket.send(Buffer.alloc(${length}), 9, '${link.near}', () => {
        left -= 1;
        if (left === 0) socket.close();
      });
    }`;
  await runAtFarEnd(link, script);
}

const exists = (device: string): boolean =>
  existsSync(`/sys/class/net/${device}`);

describe('a link to a namespace behind a bad network', { skip: noLink }, () => {
  test('passes TCP and UDP, at first without a loss', async () => {
    await using link = await Link.open();
    const tcp = createServer((socket) => socket.end('by TCP'));
    tcp.listen(0, link.near);
    const udp = createSocket('udp4').bind(0, link.near);
    await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
    udp.on('message', (_, { port, address }) =>
      udp.send('by UDP', port, address),
    );
    const { port } = tcp.address() as AddressInfo;

    const printed = await runAtFarEnd(
      link,
      `require('node:net').connect(${port}, '${link.near}').pipe(process.stdout);
       const socket = require('node:dgram').createSocket('udp4');
       socket.once('message', (text) => {
         process.stdout.write(text);
         socket.close();
       });
       socket.send('a question', ${udp.address().port}, '${link.near}');`,
    );

    tcp.close();
    udp.close();
    assert.match(printed, /by TCP/);
    assert.match(printed, /by UDP/);
    const { down, up } = await link.counts();
    assert.deepEqual(
      [down.lost, down.dropped, up.lost, up.dropped],
      [0, 0, 0, 0],
    );
    assert.ok(up.bytes > 'a question'.length);
  });

  test('loses the share that it is told, until it is told otherwise', async () => {
    await using link = await Link.open();
    await link.set({ loss: 100 });
    await sendsDatagrams(link, 100, 100);
    const none = await link.counts();
    assert.ok(none.up.entered >= 100);
    assert.equal(none.up.lost, none.up.entered);
    assert.equal(none.up.left, 0);

    for (const burst of [1, 4]) {
      await link.set({ loss: 20, burst });
      const before = (await link.counts()).up;
      await sendsDatagrams(link, 4_000, 100);
      const { lost, entered } = (await link.counts()).up;
      // Twenty standard deviations of independent losses, ten of bursts.
      const share = (lost - before.lost) / (entered - before.entered);
      assert.ok(share > 0.1 && share < 0.3, `lost ${share} with ${burst}`);
    }

    await link.set({});
    const before = (await link.counts()).up;
    await sendsDatagrams(link, 100, 100);
    const { lost, entered } = (await link.counts()).up;
    assert.ok(entered >= before.entered + 100);
    assert.equal(lost, before.lost);
  });

  test('delays each direction', async () => {
    await using link = await Link.open();
    await link.set({ delay: 40, jitter: 20 }, ['down']);
    await link.set({ delay: 60 }, ['up']);
    const echo = createSocket('udp4').bind(0, link.near);
    await once(echo, 'listening');
    echo.on('message', (message, { port, address }) =>
      echo.send(message, port, address),
    );

    const printed = await runAtFarEnd(
      link,
      `const socket = require('node:dgram').createSocket('udp4');
       const since = performance.now();
       socket.once('message', () => {
         console.log(performance.now() - since);
         socket.close();
       });
       socket.send('there and back', ${echo.address().port}, '${link.near}');`,
    );

    echo.close();
    assert.ok(Number(printed) >= 100, `a round trip took ${printed} ms`);
  });

  test('drops what does not fit into the queue before a throttle', async () => {
    await using link = await Link.open();
    await link.set({ rate: 100, queue: 500 }, ['up']);

    await sendsDatagrams(link, 100, 1_000);

    // 500 ms at 100 kbit/s are six of them, and the rest came meanwhile.
    const { entered, dropped } = (await link.counts()).up;
    assert.ok(entered >= 100);
    assert.ok(dropped >= 50, `dropped ${dropped} of ${entered}`);
    assert.ok(entered - dropped >= 6, `dropped ${dropped} of ${entered}`);
  });

  test('takes nothing for an order that it does not understand', async () => {
    await using link = await Link.open();
    await assert.rejects(link.set({ loss: Number.NaN, rate: 'all' as never }), {
      message: /does not understand: set 0 NaN/,
    });
    assert.equal((await link.counts()).down.lost, 0);
  });

  test('leaves no device when it is closed or killed', async () => {
    const closed = await Link.open();
    assert.ok(exists(closed.device));
    await closed.close();
    assert.ok(!exists(closed.device));

    const killed = await Link.open();
    assert.ok(killed.pid !== undefined);
    process.kill(killed.pid, 'SIGKILL');
    await until('the device goes', () => !exists(killed.device));
    await killed.close();
  });

  test('leaves no device when its owner is killed', async () => {
    const script = `
      const { Link } = await import('${LINK}');
      const link = await Link.open();
      process.send(link.device);
      setInterval(() => undefined, 60_000);`;
    const owner = fork('-', {
      execArgv: ['--input-type=module', '--eval', script],
    });
    const [device] = (await once(owner, 'message')) as [string];
    assert.ok(exists(device));
    owner.kill('SIGKILL');
    await until('the device goes', () => !exists(device));
  });
});
