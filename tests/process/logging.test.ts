import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import { shakeHands } from '../support/handshake.ts';
import { get } from '../support/http.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { SECRET } from '../support/JsonClient.ts';

const keys = [{ algorithm: 'HS256', secret: SECRET }];
const PROTOO = { 'Sec-WebSocket-Protocol': 'protoo' };
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

type JsonEntry = Record<string, unknown> & { message: string };

/** Waits for a JSON entry with a message. */
async function entry(
  server: ServerProcess,
  message: string,
): Promise<JsonEntry> {
  const [line] = await server.says(
    new RegExp(`^\\{.*"message":${JSON.stringify(message)}.*$`),
  );
  return JSON.parse(line) as JsonEntry;
}

describe('the log', () => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });

  after(() => folder.remove());

  async function start(
    t: TestContext,
    options: object,
    ...how: [command?: readonly string[], env?: NodeJS.ProcessEnv]
  ) {
    const file = await folder.add(options);
    const server = await ServerProcess.start(file, ...how);
    t.after(() => server.end('SIGINT'));
    return server;
  }

  test('has one complete entry for each refusal and each closed connection, and samples them under a flood', async (t) => {
    const token = 'e30.secret-token.e30';
    const server = await start(t, {
      auth: { mode: 'open', keys },
      log: { format: 'json', burst: 3 },
      rooms: { maxPeers: 1 },
      limits: { handshakesPerMinute: 1, handshakeBurst: 2 },
    });
    const { client } = await ProtooClient.join(server.url, 'room', 'ada', {
      displayName: 'Ada Lovelace',
    });
    const joined = await entry(server, 'peer joined');
    assert.match(String(joined['time']), ISO_TIME);
    delete joined['time'];
    assert.deepEqual(joined, {
      level: 'info',
      name: 'Room',
      message: 'peer joined',
      room: 'room',
      peer: 'ada',
      user: 'ada',
      gateway: 'protoo',
      network: '127.0.0.1',
      peers: 1,
    });

    const bob = await ProtooClient.connect(server.url, 'room', 'bob');
    await assert.rejects(
      bob.request('joinRoom', { roomId: 'room', peerId: 'bob' }),
    );
    const {
      time: _,
      reason: full,
      request,
      ...request1
    } = await entry(server, 'request refused');
    assert.match(String(full), /^the room is full: it takes 1 peers/);
    assert.deepEqual(request1, {
      level: 'info',
      name: 'clients',
      message: 'request refused',
      method: 'joinRoom',
      code: 'ROOM_FULL',
      status: 409,
      option: 'rooms.maxPeers',
      gateway: 'protoo',
      network: '127.0.0.1',
      room: 'room',
      peer: 'bob',
    });
    bob.send('no JSON');
    const closed = await entry(server, 'connection closed');
    assert.equal(closed['request'], request);
    assert.equal(closed['reason'], 'notJson');
    assert.equal(closed['code'], 1007);
    assert.equal(closed['peer'], 'bob');
    assert.ok(Number(closed['duration']) >= 0);

    const refused = await shakeHands(
      server.url,
      `/?roomId=room&peerId=carol&token=${token}`,
      PROTOO,
    );
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers['retry-after']) > 0);
    const entry429 = await entry(server, 'handshake refused');
    assert.equal(entry429['request'], refused.headers['x-request-id']);
    assert.equal(entry429['option'], 'limits.handshakesPerMinute');
    assert.equal(entry429['code'], 'LIMIT_REACHED');
    assert.equal(entry429['status'], 429);
    assert.equal(entry429['gateway'], 'protoo');
    assert.equal(entry429['network'], '127.0.0.1');
    assert.equal(entry429['room'], 'room');
    assert.equal(entry429['peer'], 'carol');

    await get(server.url, `/rooms/room?token=${token}`, {
      headers: { Origin: 'https://evil.example' },
    });
    const http = await entry(server, 'HTTP request refused');
    assert.equal(http['status'], 403);
    assert.equal(http['option'], 'access.origins');
    assert.equal(http['path'], '/rooms/room');

    await client.close();
    const left = await entry(server, 'peer left');
    assert.equal(left['reason'], 'disconnected');
    assert.equal(left['peer'], 'ada');
    assert.ok(Number(left['duration']) >= 0);

    let refusals = 1;
    for (let handshake = 0; handshake < 40; handshake += 1) {
      const { status } = await shakeHands(
        server.url,
        '/?roomId=room&peerId=dave',
        PROTOO,
      );
      refusals += Number(status === 429);
    }
    await server.end('SIGINT');
    const entries = server.output
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as JsonEntry);
    const logged = entries.filter((it) => it.message === 'handshake refused');
    const suppressed = entries.filter((it) =>
      /^suppressed \d+ more: handshake refused$/.test(it.message),
    );
    const count = suppressed.reduce((sum, it) => sum + Number(it['count']), 0);
    assert.ok(logged.length >= 3 && count > 0, `${logged.length} entries`);
    assert.equal(logged.length + count, refusals);
    assert.equal(suppressed[0]?.['network'], '127.0.0.1');
    const output = server.output.join('\n');
    assert.doesNotMatch(output, /secret-token|Lovelace/);
    assert.deepEqual(
      server.output.filter((line) => !/^(?:\{|Atrium|SIGINT)/.test(line)),
      [],
    );
  });

  test('has timestamps when standard error is not the stream of the journal, and cannot be forged through names that clients choose', async (t) => {
    const server = await start(t, { log: { level: 'debug' } }, [], {
      JOURNAL_STREAM: '1:1',
    });
    await server.says(/^\d{4}-\S+Z atrium:info:Server serves https:/);
    const room = '%s%o%d%%-room';
    const peer = '%o%s%j';
    const { client } = await ProtooClient.join(server.url, room, peer, {
      displayName: '%s forged',
    });
    client.send({ notification: true, method: 'x\ny%s', data: {} });
    await client.request('leaveRoom');
    await client.close();
    await server.says(
      /^\S+ atrium:info:Room:%s%o%d%%-room peer joined peer="%o%s%j" user="%o%s%j" gateway=protoo network=127\.0\.0\.1 peers=1$/,
    );
    await server.says(/is called %s forged$/);
    await server.says(/sent an unexpected notification, x\\ny%s$/);
    await server.says(/connection closed .*room="%s%o%d%%-room"/);
    assert.deepEqual(
      server.output.filter((line) => !/^(Atrium|\S+ atrium:)/.test(line)),
      [],
    );
  });

  test('has priorities and no timestamps when the journal reads it', async (t) => {
    const server = await start(t, {}, [
      'sh',
      '-c',
      'JOURNAL_STREAM=$(stat -L -c %d:%i /dev/stderr) exec "$0" "$@"',
    ]);
    await server.says(/^<6>atrium:info:Server serves https:/);
    await folder.write(server.config, { listen: { port: 'x' } });
    server.child.kill('SIGHUP');
    await server.says(
      /^<3>atrium:error:process the new configuration is refused.*listen\.port/,
    );
  });
});
