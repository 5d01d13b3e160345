import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { Composition } from './Composition.ts';
import { Container } from './Container.ts';
import { ImageBuilder } from './ImageBuilder.ts';
import type { Image } from './ImageBuilder.ts';
import { until } from '../support/until.ts';
import { noSandbox, Sandbox } from './Sandbox.ts';
import { Visitor } from './Visitor.ts';

/** The address of the host that clients would reach, of a range for examples. */
const ADDRESS = '203.0.113.7';

describe('the containers', { skip: noSandbox }, () => {
  let sandbox: Sandbox;
  let images: ImageBuilder;

  before(async () => {
    sandbox = await Sandbox.create(ADDRESS);
    images = await ImageBuilder.create(sandbox);
  });
  after(() => sandbox[Symbol.asyncDispose]());

  describe('of the Dockerfile', () => {
    let image: Image;

    before(async () => {
      image = await images.build('server');
    });

    test('run their command, pass their health check, and stop', async () => {
      const container = await Container.create(sandbox, {
        name: 'plain',
        image,
        command: image.command,
      });
      container.start();
      await container.healthy(image.healthCheck);
      assert.match(container.mappedFiles, /\/libjemalloc\.so\.2$/m);
      assert.equal(await container.stop(), 0);
      assert.match(container.log, /^Atrium is at https:\/\/127\.0\.0\.1:4443/m);
      assert.doesNotMatch(container.log, /cannot be preloaded/);
    });
  });

  describe('of docker-compose.yml', () => {
    let composition: Composition;

    before(async () => {
      composition = await Composition.prepare(sandbox, images, ADDRESS);
      await composition.up();
    });

    test('pass their health checks', async () => {
      for (const name of Object.keys(composition.compose.services)) {
        assert.equal(await composition.check(name), 0, name);
      }
    });

    test('see nothing to write to but their own folders', async () => {
      for (const [name, { settings }] of composition.containers) {
        const container = composition.container(name);
        assert.equal(await container.execute(['test', '-w', '/']), 1, name);
        assert.equal(await container.execute(['test', '-w', '/tmp']), 0, name);
        assert.equal(settings.readOnly, true, name);
      }
    });

    test('reach the database only where they need it', async () => {
      const reach = ['getent', 'hosts', 'database'];
      const able = await Promise.all(
        [...composition.containers].map(async ([name, container]) =>
          (await container.execute(reach)) === 0 ? [name] : [],
        ),
      );
      assert.deepEqual(able.flat().toSorted(), [
        'database',
        'signalling-server',
        'users-service',
      ]);
    });

    test('answer through nginx, at the ports of the services as well', async () => {
      const visitor = new Visitor(composition, ADDRESS);
      for (const [port, service] of [
        [443, 'signalling-server'],
        [8080, 'signalling-server'],
        [8081, 'users-service'],
      ] as const) {
        assert.deepEqual(await visitor.ask(port, 'GET', '/health'), {
          status: 200,
          body: { status: 'healthy', service },
        });
      }
      const { status, location } = await visitor.follow(80, '/users?a=b');
      assert.equal(status, 301);
      assert.equal(location, `https://${ADDRESS}/users?a=b`);
      await visitor.follow(443, '/of-the-client');
      await until('the request in the log of the client', () =>
        composition.container('client').log.includes('GET /of-the-client'),
      );
    });

    test('make the key of a project as the docs say', async () => {
      const page = readFileSync(
        path.join(PROJECT_ROOT, 'docs/deployment.md'),
        'utf8',
      );
      const [, variable = '', name = '', command = ''] =
        /docker-compose exec -e (\S+) \\\s+(\S+) (node .+)/.exec(page) ?? [];
      const status = await composition
        .container(name)
        .execute(['env', variable, ...command.split(' ')]);
      assert.equal(status, 0);
    });

    test('have a first admin, made as the docs say', async () => {
      const page = readFileSync(
        path.join(PROJECT_ROOT, 'docs/deployment.md'),
        'utf8',
      );
      const [, name = '', command = ''] =
        /docker-compose exec (\S+) \\\s+(node tools\/user.ts .+)/.exec(page) ??
        [];
      const password = 'correct horse battery';
      const status = await composition
        .container(name)
        .execute(['sh', '-c', `echo "$0" | ${command}`, password]);
      assert.equal(status, 0);
      const visitor = new Visitor(composition, ADDRESS);
      const login = await visitor.ask(443, 'POST', '/auth', {
        username: 'alice',
        password,
      });
      const { id } = login.body.user;
      const own = await visitor.ask(
        443,
        'GET',
        `/users/${id}`,
        undefined,
        login.body.token,
      );
      assert.equal(own.body.role, 'admin');
    });

    test('let people register, create a session, and meet in it', async () => {
      const visitor = new Visitor(composition, ADDRESS);
      const ada = { username: 'ada', password: 'correct horse battery' };
      const created = await visitor.ask(443, 'POST', '/users', ada);
      assert.equal(created.status, 201);
      const login = await visitor.ask(443, 'POST', '/auth', ada);
      assert.deepEqual(login.body.user, created.body);
      const draft = { title: 'Garden', password: 'sesame' };
      const refused = await visitor.ask(443, 'POST', '/session', draft);
      assert.equal(refused.status, 401);
      const { status, body: session } = await visitor.ask(
        443,
        'POST',
        '/session',
        draft,
        login.body.token,
      );
      assert.equal(status, 201);
      const enter = () =>
        visitor.ask(443, 'POST', `/connect/${session.socket}`, {
          password: 'sesame',
        });
      const [one, other] = [await enter(), await enter()];
      const first = await visitor.dial(one.body.socket);
      first.send({ type: 'connect', name: 'Ada' });
      const { peerId } = await first.at(0);
      const second = await visitor.dial(other.body.socket);
      second.send({ type: 'connect', name: 'Bob' });
      assert.equal((await second.at(0))['type'], 'connected');
      second.send({ type: 'offer', to: peerId, sdp: 'v=0' });
      const { from } = await first.at(1);
      assert.deepEqual(await first.at(2), { type: 'offer', from, sdp: 'v=0' });
      await Promise.all([first.close(), second.close()]);
    });

    test('stop in good order when they are told to', async () => {
      const statuses = await composition.down();
      // coturn has no handler for the signal.
      statuses.delete('coturn');
      assert.deepEqual(
        Object.fromEntries(statuses),
        Object.fromEntries([...statuses.keys()].map((name) => [name, 0])),
      );
    });
  });
});
