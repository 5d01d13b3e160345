import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import jwt from 'jsonwebtoken';

import { ConfigFolder, ServerProcess } from '../support/ServerProcess.ts';
import { ServiceProcess } from '../support/ServiceProcess.ts';
import { aboveEachEngine } from '../support/stores.ts';

const SECRET = 'a secret of two services that is long enough';

const ada = { username: 'ada', password: 'correct horse battery' };

aboveEachEngine('the two services, each in a process of its own', (engine) => {
  let folder: ConfigFolder;

  before(async () => {
    folder = await ConfigFolder.create();
  });
  after(() => folder.remove());

  test('share accounts and tokens, and have all that they acknowledged after a crash', async () => {
    const store = await engine.emptyStore();
    const env = {
      JWT_SECRET: SECRET,
      JWT_ISSUER: 'Issuer',
      // Without TLS there is no need of a certificate, nor of a folder for one.
      ATRIUM_TLS_CERT: '/proc/cert.pem',
      ATRIUM_TLS_KEY: '/proc/key.pem',
    };
    const start = (name: Parameters<typeof ServiceProcess.start>[0]) =>
      ServiceProcess.start(name, folder, store, env);
    await using users = await start('users-service');
    await using signalling = await start('signalling-server');
    for (const [service, name] of [
      [users, 'users-service'],
      [signalling, 'signalling-server'],
    ] as const) {
      assert.deepEqual(await service.ask('GET', '/health'), {
        status: 200,
        body: { status: 'healthy', service: name },
      });
    }
    // Each is its contract alone.
    for (const [service, path] of [
      [users, '/session'],
      [signalling, '/users'],
      [signalling, '/auth/login/'],
      [signalling, '/api/rooms/'],
    ] as const) {
      assert.equal((await service.ask('POST', path, {})).status, 404, path);
    }
    // Routes for operators are served only with ops.port.
    for (const path of ['/metrics', '/readyz', '/api/server/v1/rooms']) {
      assert.equal((await users.ask('GET', path)).status, 404, path);
    }

    const { body: created } = await users.ask('POST', '/users', ada);
    const { body: login } = await users.ask('POST', '/auth', ada);
    assert.deepEqual(login.user, { id: created.id, name: 'ada' });
    const claims = jwt.verify(login.token, SECRET) as jwt.JwtPayload;
    assert.equal(claims.iss, 'Issuer');
    const draft = { host: created.id, title: 'Garden', password: 'sesame' };
    const { body: session } = await signalling.ask(
      'POST',
      '/session',
      draft,
      login.token,
    );
    const connect = `/connect/${session.socket}`;
    const password = { password: 'sesame' };
    const { body: entry } = await signalling.ask('POST', connect, password);
    const client = await signalling.dial(entry.socket);
    client.send({ type: 'connect', name: 'Ada' });
    const { peerId } = await client.at(0);
    await Promise.all([users.kill(), signalling.kill()]);
    assert.equal((await client.closed).code, 1006);

    await using usersBack = await start('users-service');
    await using back = await start('signalling-server');
    // Ticket and token go on.
    const again = await back.dial(entry.socket);
    again.send({ type: 'connect', name: 'Ada' });
    assert.deepEqual(await again.at(0), {
      type: 'connected',
      peerId,
      title: 'Garden',
      peers: [],
    });
    await again.close();
    assert.equal((await back.ask('POST', connect, password)).status, 200);
    const wrong = await back.ask('POST', connect, { password: 'wrong' });
    assert.equal(wrong.status, 403);
    const shown = await usersBack.ask(
      'GET',
      `/users/${created.id}`,
      undefined,
      login.token,
    );
    assert.equal(shown.body.name, 'ada');
    const host = await back.ask('POST', connect, {}, login.token);
    assert.equal(host.status, 200);
  });
});

describe('a service', () => {
  test('that does not exist is refused', async () => {
    const folder = await ConfigFolder.create();
    const server = ServerProcess.launch(await folder.add(), [], {}, [
      '--service',
      'mail',
    ]);
    assert.equal(await server.ended(), 1);
    assert.match(
      server.output.join('\n'),
      /--service: expected signalling-server or users-service, got "mail"/,
    );
    await folder.remove();
  });
});
