import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { get } from '../support/http.ts';
import { SECRET, JsonClient, userToken } from '../support/JsonClient.ts';
import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { until } from '../support/until.ts';
import { gone } from '../support/workers.ts';

describe('a server that keeps running', () => {
  let folder: ConfigFolder;
  let server: ServerProcess;

  before(async () => {
    folder = await ConfigFolder.create();
    const config = await folder.add(
      { workers: { count: 2 } },
      `process.once('SIGUSR2', () => { Promise.reject(new Error('alone')); });`,
    );
    server = await ServerProcess.start(config);
  });

  after(async () => {
    await server.end('SIGKILL');
    await folder.remove();
  });

  test('lets a configuration with its ports be checked meanwhile', async () => {
    const { port } = new URL(server.url);
    const config = await folder.add({ listen: { port: Number(port) } });
    const check = ServerProcess.launch(config, [], {}, ['--check']);
    assert.equal(await check.ended(), 0);
    assert.deepEqual(check.output, ['The configuration is valid.']);
  });

  test('logs an unhandled rejection and keeps running', async () => {
    server.child.kill('SIGUSR2');
    await server.says(/unhandled rejection: Error: alone/);
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    await client.close();
  });

  test('applies a new configuration on SIGHUP, and refuses an invalid one', async () => {
    const file = server.config;
    const early = await JsonClient.connect(server.url, {
      header: userToken('ada'),
    });
    await early.received(
      'error',
      ({ error }) => error === 'AUTH_TOKEN_INVALID',
    );
    await early.close();

    const keys = [{ algorithm: 'HS256', secret: SECRET }];
    await folder.write(file, {
      auth: { keys },
      rtc: { port: 0, tcp: false },
      workers: { count: 2 },
    });
    server.child.kill('SIGHUP');
    await server.says(/took over the new configuration/);
    await server.says(/changes in rtc wait for a restart/);
    const ada = await JsonClient.connect(server.url, {
      header: userToken('ada'),
    });
    await ada.received('connected');

    await folder.write(file, { auth: { keys: [{ algorithm: 'none' }] } });
    server.child.kill('SIGHUP');
    await server.says(/is refused, the old one stays/);
    const { body } = await get(server.url, '/metrics');
    assert.match(body, /^atrium_config_last_reload_successful 0$/m);
    const bob = await JsonClient.connect(server.url, {
      header: userToken('bob'),
    });
    await bob.received('connected');
    await Promise.all([ada.close(), bob.close()]);
  });

  test('applies the latest configuration when SIGHUP arrives while it reads one', async () => {
    // The first read takes much longer than the second.
    const slow = `
      console.log('reads');
      await new Promise((resolve) => process.once('SIGUSR2', resolve));
    `;
    const file = server.config;
    await folder.write(file, { limits: { peersPerAddress: 1 } }, slow);
    server.child.kill('SIGHUP');
    await server.says(/^reads$/);
    await folder.write(
      file,
      { limits: { peersPerAddress: 2 } },
      `console.log('reads the last one');`,
    );
    server.child.kill('SIGHUP');
    server.child.kill('SIGHUP');
    // A server that read at once would have finished by now.
    for (let request = 0; request < 20; request += 1) {
      await get(server.url, '/health');
    }
    server.child.kill('SIGUSR2');
    await server.says(/^reads the last one$/);
    await server.says(/took over the new configuration/);
    await server.says(/took over the new configuration/);
    const clients = await Promise.all(
      ['ada', 'bob'].map((id) => ProtooClient.join(server.url, 'room', id)),
    );
    await Promise.all(clients.map(({ client }) => client.close()));
  });

  test('reloads the certificate on SIGHUP', async () => {
    const file = path.join(folder.path, 'cert.pem');
    const good = await readFile(file);
    await writeFile(file, 'no certificate');
    // Logged when the certificate has changed, and again on the next reload.
    await server.says(/cannot be served, the old one stays/);
    for (let time = 0; time < 2; time += 1) {
      server.child.kill('SIGHUP');
      await server.says(/cannot be served, the old one stays/);
      await server.says(/took over the new configuration/);
    }
    await writeFile(file, good);
  });

  test('changes the level and format of its log on SIGHUP, back and forth', async () => {
    const limits = { peers: 1_000 };
    const reload = async (log: object): Promise<void> => {
      await folder.write(server.config, { log, limits });
      const since = await reloadedAt(server);
      server.child.kill('SIGHUP');
      await until(
        'the new level',
        async () => (await reloadedAt(server)) !== since,
      );
    };
    const meet = async (room: string): Promise<void> => {
      const { client } = await ProtooClient.join(server.url, room, 'ada', {
        displayName: `Ada of ${room}`,
      });
      await client.close();
      // The server notices a moment later, and logs it at the level of then.
      await until('the room closed', async () => {
        const { body } = await get(server.url, '/health');
        return JSON.parse(body).rooms === 0;
      });
    };
    await reload({ level: 'error' });
    await meet('silent');
    await reload({ level: 'debug' });
    await meet('detailed');
    await server.says(
      /atrium:debug:Room:detailed:ada is called Ada of detailed/,
    );
    await server.says(/atrium:info:Room:detailed closed/);

    await reload({ level: 'info', format: 'json' });
    await meet('json');
    const [left] = await server.says(/^\{.*"message":"closed".*$/);
    assert.equal(JSON.parse(left).room, 'json');

    await reload({ level: 'error' });
    await meet('silent-again');
    await reload({ level: 'info' });
    await meet('loud');
    await server.says(/atrium:info:Room:loud closed/);
    const output = server.output.join('\n');
    assert.doesNotMatch(output, /silent/);
    assert.doesNotMatch(output, /Ada of json/);
  });

  // The last one, for it ends the server.
  test('leaves no worker when it is killed', async () => {
    const { workers } = server;
    assert.equal(workers.length, 2);
    await server.end('SIGKILL');
    await gone(workers);
  });
});

/** The time at which a server last took over a configuration. */
async function reloadedAt({ url }: ServerProcess): Promise<string> {
  const { body } = await get(url, '/metrics');
  const found =
    /^atrium_config_last_reload_success_timestamp_seconds (?<time>.+)$/m.exec(
      body,
    );
  return found?.groups?.['time'] ?? assert.fail(body);
}
