import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';

import { setLogLevel } from '../../lib/core/logger.ts';
import { contracts, socketContracts } from '../support/contracts.ts';
import { logged } from '../support/logs.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { ContractHarness } from '../support/ContractHarness.ts';
import { JsonClient } from '../support/JsonClient.ts';
import { SocketHarness } from '../support/SocketHarness.ts';
import { until } from '../support/until.ts';

/** Between pings, ms. */
const PING_INTERVAL = 500;

/** Until one has to have joined, ms. */
const JOIN_TIMEOUT = 2_000;

for (const contract of socketContracts) {
  describe(`a connection over ${contract.name}`, () => {
    let scene: SocketHarness;

    before(async () => {
      scene = await SocketHarness.open(contract, {
        signalling: { pingInterval: PING_INTERVAL },
        rooms: { resumeTimeout: 0 },
      });
    });

    after(() => scene.close());

    test('stays open as long as it answers pings', async () => {
      const client = await scene.join();
      for (let pings = 0; pings < 5; pings += 1) {
        await once(client.socket, 'ping');
      }
      await contract.probe(client);
      await client.close();
    });

    test('is closed when it misses two pings', async () => {
      const room = await scene.makeRoom();
      const watcher = await scene.join(room);
      const client = await contract.connect(scene.server.url, room, 'mute', {
        autoPong: false,
      });
      await contract.enter(client);
      await until('one peer', () => scene.peersIn(room) === 1);
      const { code } = await client.closed;
      assert.equal(code, 1006, 'expected no close frame for a dead client');
      await watcher.close();
    });

    test('is closed when it answers no pings, even if it sends requests', async () => {
      const room = await scene.makeRoom();
      const watcher = await scene.join(room);
      const client = await contract.connect(scene.server.url, room, 'busy', {
        autoPong: false,
      });
      await contract.enter(client);
      const talking = setInterval(() => {
        contract.probe(client).catch(() => undefined);
      }, PING_INTERVAL / 4);
      client.socket.on('ping', () => {
        // Neither of these answers a ping of the server's.
        client.socket.pong('');
        client.socket.pong('1000000');
      });
      await until('one peer', () => scene.peersIn(room) === 1);
      const { code } = await client.closed;
      clearInterval(talking);
      assert.equal(code, 1006);
      await watcher.close();
    });

    test('is closed when its network fails silently', async () => {
      const room = await scene.makeRoom();
      const watcher = await scene.join(room);
      const client = await scene.join(room);
      // A client that does not read does not answer.
      client.raw.pause();
      await until('one peer', () => scene.peersIn(room) === 1);
      client.raw.resume();
      await client.closed;
      await watcher.close();
    });
  });
}

describe('an idle connection outside a room', () => {
  let scene: ContractHarness;

  before(async () => {
    const [, contract] = contracts;
    assert.ok(contract);
    scene = await ContractHarness.create(contract, {
      signalling: { joinTimeout: JOIN_TIMEOUT },
    });
  });

  after(() => scene.close());

  test('is closed when it has not joined in time', async () => {
    const client = await ProtooClient.connect(scene.server.url, 'r', 'alice');
    await client.request('getRouterRtpCapabilities');
    assert.deepEqual(await client.closed, {
      code: 1008,
      reason: `no room was joined within ${JOIN_TIMEOUT} ms`,
    });
  });

  test('is closed when it does not join again after leaving', async () => {
    const { client } = await ProtooClient.join(scene.server.url, 'r', 'alice');
    await client.request('leaveRoom');
    assert.deepEqual(await client.closed, {
      code: 1008,
      reason: `no room was joined within ${JOIN_TIMEOUT} ms`,
    });
  });

  test('is closed when it has sent no token in time', async () => {
    const client = await JsonClient.connect(scene.server.url);
    assert.deepEqual(await client.closed, {
      code: 1008,
      reason: `no token was sent within ${JOIN_TIMEOUT} ms`,
    });
  });
});

test('the log names the option by which too much was kept for a connection', async (t) => {
  const server = await startServer({
    limits: { sendBufferBytes: 65_536, keptBytesPerPeer: 65_536 },
    log: { level: 'info' },
  });
  t.after(() => server.close());
  setLogLevel('info');
  t.after(() => setLogLevel('error'));
  const closed = logged(/connection closed/);
  const { client } = await ProtooClient.join(server.url, 'r', 'ada');
  const peer = server.registry.get('r').peers.get('ada');
  peer?.notify({ type: 'message', from: 'eve', data: 'x'.repeat(65_536) });
  assert.equal((await client.closed).code, 1013);
  assert.match(
    await closed,
    / reason=slowReader code=1013 option=limits\.keptBytesPerPeer /,
  );
});
