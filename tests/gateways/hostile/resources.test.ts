import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { DEFAULT_BODY_LIMIT } from '../../../lib/http/RouteSpec.ts';
import type { RouteSpec } from '../../../lib/http/RouteSpec.ts';
import { Server } from '../../../lib/Server.ts';
import { openStore } from '../../../lib/store/openStore.ts';
import { contracts } from '../../../scripts/docs/openapi.ts';
import { sample } from '../../../scripts/samples.ts';
import {
  kindOf,
  mutationsOf,
  replaced,
} from '../../../tools/fixtures/mutations.ts';
import { testConfig } from '../../../tools/fixtures/server.ts';
import { rootKey } from '../../support/apiKeys.ts';
import { addAccount } from '../../support/chatAccount.ts';
import { get, send } from '../../support/http.ts';
import type { HttpReply } from '../../support/http.ts';
import { withTokens } from '../../support/JsonClient.ts';
import { resources } from '../../support/resources.ts';

const ABSURD = 'absurd values in requests over HTTP';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Queries that parsers take for more than texts. */
const QUERIES = [
  'limit=1&limit=2',
  'limit[]=1',
  'limit[a]=1',
  'limit[__proto__]=1',
  '__proto__[limit]=1',
  'constructor=1&toString=1',
  'limit=%00',
  'limit=%ff',
  'limit=%',
  'search=%25&search=%5c',
  'search=%ed%a0%80',
  'before=1&before=9999999999999999&after=-1',
  'after=0000-00-00T00:00:00Z',
  'after=-271821-04-20T00:00:00Z',
  'offset=999999999999999&limit=999999999999999',
  Array.from({ length: 2_000 }, (_, n) => `a${n}=1`).join('&'),
  'origin=null&origin=javascript:1',
];

test('every contract over HTTP is tried', () => {
  assert.deepEqual(
    resources.map(({ contract }) => contract),
    contracts,
  );
});

for (const { name, contract, headers, alike, ...examples } of resources) {
  describe(`resources of ${name}`, () => {
    let server: Server;

    before(async () => {
      const config = testConfig({
        auth: { ...withTokens.auth, apiKeys: [rootKey.entry] },
      });
      const store = await openStore(config.store, '/');
      await addAccount(store);
      await examples.prepare?.(store);
      await store.close();
      server = await Server.start(config);
    });

    after(() => server.close());

    const routes = Object.entries<RouteSpec>(contract.routes);
    const withBody = routes.filter(
      ([route, { body }]) =>
        body !== undefined && !examples.bodiless.includes(route),
    );

    function pathOf({ path }: RouteSpec, bad?: string): string {
      return path.replaceAll(
        /\{(\w+)\}/g,
        (_, parameter: string) => bad ?? examples.parameters[parameter] ?? '',
      );
    }

    /** Sends a body as JSON, or as another type. */
    function post(
      spec: RouteSpec,
      body: string | Buffer,
      more: Record<string, string> = {},
    ): Promise<HttpReply> {
      return send(server.url, pathOf(spec), body, {
        method: spec.method,
        headers: { 'Content-Type': 'application/json', ...headers, ...more },
      });
    }

    /** Asserts a refusal in the shape of the contract. */
    function assertRefused(
      { status, body, headers: { 'content-type': type } }: HttpReply,
      expected: readonly number[],
      what: string,
    ): void {
      assert.ok(expected.includes(status), `${what}: ${status} ${body}`);
      assert.match(String(type), /^application\/json/, what);
      contract.error.parse(JSON.parse(body));
    }

    test('refuse other methods, and list their own', async () => {
      const paths = Map.groupBy(routes, ([, { path }]) => path);
      for (const specs of paths.values()) {
        const [[, spec] = assert.fail()] = specs;
        const own = specs.map(([, { method }]) => method as string);
        for (const method of METHODS.filter((it) => !own.includes(it))) {
          const reply = await get(server.url, pathOf(spec), {
            method,
            headers,
          });
          const what = `${method} ${spec.path}`;
          assertRefused(reply, [405], what);
          const allowed = String(reply.headers.allow).split(', ');
          assert.deepEqual(
            new Set(allowed.filter((it) => METHODS.includes(it))),
            new Set(own),
            what,
          );
        }
      }
    });

    test('find nothing by absurd parameters of the path', async () => {
      const asked = routes.filter(([, it]) => it.parameters);
      for (const [turn, [, spec]] of asked.entries()) {
        for (const bad of sample(ABSURD, examples.badParameters, turn)) {
          const reply = await get(server.url, pathOf(spec, bad), {
            method: spec.method,
            headers,
          });
          const what = `${spec.method} ${pathOf(spec, bad)}`;
          assertRefused(reply, [400, 404], what);
        }
      }
    });

    test('survive absurd queries', async () => {
      const asked = routes.filter(([, it]) => it.method === 'GET');
      for (const [turn, [, spec]] of asked.entries()) {
        for (const query of sample(ABSURD, QUERIES, turn)) {
          const path = `${pathOf(spec)}?${query}`;
          const reply = await get(server.url, path, { headers });
          assert.ok(reply.status < 500, `${path}: ${reply.status}`);
        }
      }
    });

    test('refuse a body that is too large', async () => {
      for (const [route, spec] of withBody) {
        const limit = contract.bodyLimit ?? DEFAULT_BODY_LIMIT;
        const body = JSON.stringify(examples.bodies[route]).padEnd(limit + 1);
        assertRefused(await post(spec, body), [413], route);
        const chunked = { 'Transfer-Encoding': 'chunked' };
        assertRefused(await post(spec, body, chunked), [413], route);
      }
    });

    test('refuse a body that is no JSON', async () => {
      for (const [turn, [route, spec]] of withBody.entries()) {
        const bodies = [
          '{"name":',
          'name=Ada',
          '{"name":NaN}',
          "{'name':'Ada'}",
          '{}{}',
          '['.repeat(60_000),
          Buffer.from('7b226e616d65223a22ff227d', 'hex'),
          Buffer.from('{"name":"Ada"}', 'utf16le'),
        ];
        for (const body of sample(ABSURD, bodies, turn)) {
          const what = `${route}: ${body.toString().slice(0, 40)}`;
          assertRefused(await post(spec, body), [400], what);
        }
        for (const [header, value] of [
          ['Content-Type', 'text/plain'],
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ['Content-Encoding', 'gzip'],
        ] as const) {
          const reply = await post(spec, '{}', { [header]: value });
          assertRefused(reply, [415], `${route}: ${value}`);
        }
      }
    });

    test('name every field of a wrong type', async () => {
      for (const [turn, [route, spec]] of withBody.entries()) {
        const example = examples.bodies[route] ?? assert.fail(route);
        const mutations = sample(ABSURD, [...mutationsOf(example)], turn);
        for (const { path, before: was, after: is } of mutations) {
          const kind = kindOf(is);
          if (is === undefined || [kind, alike[kind]].includes(kindOf(was))) {
            continue;
          }
          const body = JSON.stringify(replaced(example, path, is));
          const reply = await post(spec, body);
          const what = `${route}: ${body.slice(0, 200)}`;
          assertRefused(reply, [400], what);
          const field = path[0] ?? 'non_field_errors';
          assert.ok(
            [`"${field}":`, ['body', ...path.slice(0, 1)].join('.')].some(
              (it) => reply.body.includes(it),
            ),
            `${what} ${reply.body}`,
          );
        }
      }
    });

    test('serve afterwards as before', async () => {
      for (const [, spec] of routes.filter(([, it]) => it.method === 'GET')) {
        const { status } = await get(server.url, pathOf(spec), { headers });
        const isFound = !['protoo', 'the server API'].includes(name);
        const expected = isFound ? [200] : [404, 200];
        assert.ok(expected.includes(status), `${spec.path}: ${status}`);
      }
      assert.equal(server.pool.deaths, 0);
    });
  });
}
