import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Contract } from '../support/Contract.ts';
import { contracts, socketContracts } from '../support/contracts.ts';
import { shakeHands } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { Exposition } from '../support/prometheus.ts';
import type {
  SocketClient,
  SocketContract,
} from '../support/SocketContract.ts';
import { assertFits } from '../support/pattern.ts';
import { SocketHarness } from '../support/SocketHarness.ts';
import { testConfig } from '../../tools/fixtures/server.ts';

/** A server with these options, and a function that shakes hands with it. */
async function serve<Member extends SocketClient>(
  t: TestContext,
  contract: SocketContract<Member>,
  options: ConfigInput,
) {
  const scene = await SocketHarness.open(contract, options);
  t.after(() => scene.close());
  const knock = async (
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: unknown }> => {
    const { path, headers: own } = contract.handshake;
    const { status, body } = await shakeHands(scene.server.url, path, {
      ...own,
      ...headers,
    });
    return { status, body: status === 101 ? undefined : JSON.parse(body) };
  };
  return { scene, knock };
}

/** The name that a contract's gateway is counted under. */
function gatewayOf({ name }: Contract): string {
  return name === 'protoo' ? 'protoo' : 'json';
}

for (const contract of socketContracts) {
  describe(`a handshake with ${contract.name}`, () => {
    test('is accepted only from pages of this server and of listed origins', async (t) => {
      const { scene, knock } = await serve(t, contract, {
        access: { origins: ['https://app.example'] },
      });
      const { origin, port } = new URL(scene.server.url);
      for (const good of [origin, 'https://app.example']) {
        assert.equal((await knock({ Origin: good })).status, 101, good);
      }
      for (const bad of [
        'https://evil.example',
        'https://app.example.evil.example',
        'http://app.example',
        'https://app.example:8443',
        `http://127.0.0.1:${port}`,
        `https://localhost:${port}`,
        'null',
      ]) {
        const { status, body } = await knock({ Origin: bad });
        assert.equal(status, 403);
        assertFits(
          body,
          contract.refusal(
            'ORIGIN_REFUSED',
            /^Origin: expected that of this server or one of access\.origins, got "\S+"$/,
          ),
        );
      }
      await scene.assertServing();
    });

    test('is accepted from a page whose origin is listed while the server runs', async (t) => {
      const { scene, knock } = await serve(t, contract, {});
      const Origin = 'https://app.example';
      assert.equal((await knock({ Origin })).status, 403);
      scene.server.reconfigure(
        testConfig({ ...contract.config, access: { origins: [Origin] } }),
      );
      assert.equal((await knock({ Origin })).status, 101);
    });

    test('is accepted from any page if any origin is allowed', async (t) => {
      const { knock } = await serve(t, contract, {
        access: { origins: ['*'] },
      });
      for (const origin of ['https://evil.example', 'null']) {
        assert.equal((await knock({ Origin: origin })).status, 101);
      }
    });

    test('is refused after too many from its address, and accepted from others', async (t) => {
      const { scene, knock } = await serve(t, contract, {
        limits: { handshakesPerMinute: 1, handshakeBurst: 4 },
        access: { trustProxy: ['127.0.0.1'] },
        auth: { ...contract.config.auth, allowOpen: true },
      });
      const from = { 'X-Forwarded-For': '192.0.2.1' };
      for (let handshake = 0; handshake < 4; handshake += 1) {
        assert.equal((await knock(from)).status, 101);
      }
      const { status, body } = await knock(from);
      assert.equal(status, 429);
      assertFits(body, contract.throttled);
      const others = ['192.0.2.2', '192.0.2.1, 192.0.2.3', '2001:db8::1'];
      for (const other of others) {
        assert.equal(
          (await knock({ 'X-Forwarded-For': other })).status,
          101,
          other,
        );
      }
      await scene.assertServing();
    });

    test('counts for its socket if it comes through an untrusted proxy', async (t) => {
      const { knock } = await serve(t, contract, {
        // The connection of the harness is the first.
        limits: { handshakesPerMinute: 1, handshakeBurst: 2 },
      });
      assert.equal((await knock()).status, 101);
      for (const name of ['192.0.2.1', '192.0.2.2']) {
        const { status } = await knock({ 'X-Forwarded-For': name });
        assert.equal(status, 429);
      }
    });
  });
}

for (const contract of contracts) {
  describe(`a handshake with ${contract.name} that joins no room`, () => {
    test('is refused after too many connections without a room from its address', async (t) => {
      const { scene, knock } = await serve(t, contract, {
        limits: { pendingConnectionsPerAddress: 2 },
      });
      const first = await scene.connect();
      const second = await scene.connect();
      assert.deepEqual(await knock(), {
        status: 429,
        body: {
          error: {
            code: 'LIMIT_REACHED',
            message:
              'limits.pendingConnectionsPerAddress: expected at most 2 connections without a room from one address, and that many exist',
          },
        },
      });
      // One joins and the other closes, so neither counts.
      await contract.enter(first);
      await second.close();
      const third = await scene.connect();
      assert.equal((await knock()).status, 101);
      // A client that leaves its room counts again.
      await contract.leave(first);
      assert.equal((await knock()).status, 429);
      await Promise.all([first.close(), third.close()]);
      await scene.assertServing();
    });

    test('is counted in the metrics if it is refused, as is a closed connection', async (t) => {
      const { scene, knock } = await serve(t, contract, {
        limits: { pendingConnections: 1 },
      });
      const client = await scene.connect();
      await knock();
      client.send('no JSON');
      await client.closed;
      const { body } = await get(scene.server.url, '/metrics');
      const metrics = new Exposition(body);
      const gateway = gatewayOf(contract);
      assert.equal(
        metrics.sum('atrium_handshakes_refused_total', {
          gateway,
          code: 'SERVER_FULL',
        }),
        1,
      );
      assert.equal(
        metrics.sum('atrium_connections_closed_total', {
          gateway,
          reason: 'notJson',
        }),
        1,
      );
    });

    test('is refused after too many connections without a room in total', async (t) => {
      const { scene, knock } = await serve(t, contract, {
        limits: { pendingConnections: 1 },
      });
      const client = await scene.connect();
      assert.deepEqual(await knock(), {
        status: 503,
        body: {
          error: {
            code: 'SERVER_FULL',
            message:
              'limits.pendingConnections: expected at most 1 connections without a room on this server, and that many exist; try again later',
          },
        },
      });
      await contract.enter(client);
      assert.equal((await knock()).status, 101);
      await client.close();
    });
  });
}
