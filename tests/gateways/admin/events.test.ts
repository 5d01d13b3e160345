import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';

import type { ConfigInput } from '../../../lib/config/schema.ts';
import { AtriumServer } from '../../../server-sdk/src/index.ts';
import type { ServerEvent } from '../../../server-sdk/src/index.ts';
import { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';
import { startServer, testConfig } from '../../../tools/fixtures/server.ts';
import { apiKey, rootKey } from '../../support/apiKeys.ts';
import { sendAudio } from '../../support/protooMembers.ts';
import { until } from '../../support/until.ts';

const withoutAudit = apiKey('watcher', 'events:read');
const reader = apiKey('reader', 'rooms:read');

/** A server with a port for operators, and its clients. */
async function start(options: ConfigInput = {}) {
  const server = await startServer({
    ...options,
    ops: { port: 0, ...options.ops },
    auth: { apiKeys: [rootKey.entry, withoutAudit.entry, reader.entry] },
  });
  const client = (key: string) =>
    new AtriumServer({ url: server.opsUrl ?? '', key, retries: 0 });
  return {
    server,
    client,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** The reply to a request for events, over a connection of its own. */
async function open(
  url: string,
  key: { headers: Record<string, string> },
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<IncomingMessage> {
  const { method = 'GET', headers = {} } = options;
  const asked = request(new URL('/api/server/v1/events', url), {
    method,
    agent: false,
    headers: { ...key.headers, ...headers },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response.setEncoding('utf8');
}

/** Follows events from now on. */
async function follow(client: AtriumServer) {
  const stop = new AbortController();
  const opened = Promise.withResolvers<void>();
  const events = client.events.follow({
    signal: stop.signal,
    onConnection: (isOpen) => isOpen && opened.resolve(),
  });
  const first = events.next();
  await Promise.race([opened.promise, first]);
  let pending: Promise<IteratorResult<ServerEvent>> | undefined = first;
  return {
    /** The next event, of a type if one is given. */
    async next(type?: ServerEvent['type']): Promise<ServerEvent> {
      for (;;) {
        const { value } = await (pending ?? events.next());
        pending = undefined;
        if (type === undefined || (value as ServerEvent).type === type) {
          return value as ServerEvent;
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await pending?.catch(() => undefined);
    },
  };
}

describe('the events of the server', () => {
  test('tell of rooms, peers and tracks, and of what moderators do', async () => {
    await using site = await start();
    await using events = await follow(site.client(rootKey.token));
    const { client: ada } = await ProtooClient.join(
      site.server.url,
      'lounge',
      'ada',
      { rtpCapabilities },
    );
    const room = await events.next('room.started');
    assert.deepEqual(
      [room.roomId, room.peer, room.audit],
      ['lounge', undefined, undefined],
    );
    const { peer } = await events.next('peer.joined');
    assert.deepEqual([peer?.peerId, peer?.contract], ['ada', 'protoo']);
    const { producerId } = await sendAudio(ada);
    const published = await events.next('track.published');
    assert.deepEqual(published.track, {
      trackId: producerId,
      kind: 'audio',
      source: 'mic',
    });
    await site.client(rootKey.token).peers.remove('lounge', 'ada');
    const { audit } = await events.next('audit.recorded');
    assert.deepEqual(
      [audit?.action, audit?.actor.id, audit?.target?.peerId],
      ['remove', 'root', 'ada'],
    );
    await events.next('track.unpublished');
    assert.equal((await events.next('peer.left')).reason, 'removed');
    assert.equal((await events.next('room.finished')).reason, 'empty');
  });

  test('leave out the audit log for keys that may not read it', async () => {
    await using site = await start();
    await using events = await follow(site.client(withoutAudit.token));
    await using all = await follow(site.client(rootKey.token));
    await site.client(rootKey.token).rooms.create({ roomId: 'lesson' });
    await site.server.registry.open('lesson');
    const { audit } = await all.next();
    assert.equal(audit?.action, 'createRoom');
    const { type, roomId } = await events.next();
    assert.deepEqual([type, roomId], ['room.started', 'lesson']);
  });

  test('leave out the audit log once the key may no longer read it', async () => {
    await using site = await start();
    const { server } = site;
    const stream = await open(server.opsUrl ?? '', rootKey);
    let text = '';
    const received = Promise.withResolvers<void>();
    stream.on('data', (piece: string) => {
      text += piece;
      if (text.includes('"late"')) {
        received.resolve();
      }
    });
    stream.on('error', () => undefined);
    const { rooms } = site.client(rootKey.token);
    await rooms.create({ roomId: 'before' });
    const scopes = rootKey.entry.scopes.filter((it) => it !== 'audit:read');
    server.reconfigure(
      testConfig({ auth: { apiKeys: [{ ...rootKey.entry, scopes }] } }),
    );
    await rooms.create({ roomId: 'after' });
    await server.registry.open('late');
    await received.promise;
    assert.deepEqual(
      Array.from(text.matchAll(/^event: (.*)$/gm), ([, name]) => name),
      ['audit.recorded', 'room.started'],
    );
    assert.match(text, /"before"/);
    stream.destroy();
  });

  test('end at once for a client whose signal has aborted', async () => {
    await using site = await start();
    const { events } = site.client(rootKey.token);
    const following = events.follow({ signal: AbortSignal.abort() });
    assert.deepEqual(await following.next(), { done: true, value: undefined });
  });

  test('go on where a client was', async () => {
    await using site = await start();
    const { opsUrl = '', registry } = site.server;
    await registry.open('a');
    const first = await open(opsUrl, rootKey, {
      headers: { 'Last-Event-ID': 'other-1' },
    });
    let text = '';
    for await (const piece of first) {
      text += String(piece);
      if (text.includes('data: ')) {
        break;
      }
    }
    assert.match(
      text,
      /^id: \S+-1\nevent: room\.started\ndata: \{.*"a".*\}\n\n/,
    );
    const [, id = ''] = /^id: (\S+)/.exec(text) ?? [];
    await registry.open('b');
    const second = await open(opsUrl, rootKey, {
      headers: { 'Last-Event-ID': id },
    });
    const [piece] = (await once(second, 'data')) as [string];
    assert.match(piece, /"roomId":"b"/);
    second.destroy();
  });

  test('begin with those that are kept, if a client wishes', async () => {
    await using site = await start({ limits: { keptEvents: 2 } });
    for (const roomId of ['a', 'b', 'c']) {
      await site.server.registry.open(roomId);
    }
    const { events } = site.client(rootKey.token);
    const kept: (string | undefined)[] = [];
    for await (const { roomId } of events.follow({ from: 'kept' })) {
      kept.push(roomId);
      if (kept.length === 2) {
        break;
      }
    }
    assert.deepEqual(kept, ['b', 'c']);
  });

  test('are refused without the scope, and beyond the limit', async () => {
    await using site = await start({ limits: { eventListeners: 1 } });
    const { opsUrl = '' } = site.server;
    const refused = await open(opsUrl, reader);
    assert.equal(refused.statusCode, 403);
    refused.resume();
    const first = await open(opsUrl, rootKey);
    assert.match(String(first.headers['content-type']), /^text\/event-stream/);
    const second = await open(opsUrl, rootKey);
    assert.equal(second.statusCode, 429);
    assert.match(String(second.headers['content-type']), /^application\/json/);
    second.resume();
    first.destroy();
  });

  test('leave a place for another client once one has gone', async () => {
    await using site = await start({ limits: { eventListeners: 1 } });
    const { opsUrl = '' } = site.server;
    const first = await open(opsUrl, rootKey);
    first.destroy();
    const second = await until('a place', async () => {
      const reply = await open(opsUrl, rootKey);
      if (reply.statusCode !== 200) {
        reply.resume();
        return undefined;
      }
      return reply;
    });
    second.destroy();
  });

  test('end with the server', async () => {
    const site = await start();
    const stream = await open(site.server.opsUrl ?? '', rootKey);
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    // The server breaks the stream off, which its client sees as an error.
    stream.on('error', () => undefined).on('close', resolve);
    stream.resume();
    await site.server.close();
    await closed;
  });

  test('come with comments while nothing happens', async () => {
    await using site = await start({ limits: { eventHeartbeat: 100 } });
    const stream = await open(site.server.opsUrl ?? '', rootKey);
    let text = '';
    for await (const piece of stream) {
      text += String(piece);
      if (text.length >= ': open\n\n: \n\n: \n\n'.length) {
        break;
      }
    }
    assert.equal(text, ': open\n\n: \n\n: \n\n');
  });

  test('have no body for HEAD', async () => {
    await using site = await start();
    const reply = await open(site.server.opsUrl ?? '', rootKey, {
      method: 'HEAD',
    });
    reply.resume();
    await once(reply, 'end');
    assert.deepEqual(
      [reply.statusCode, reply.headers['content-type']],
      [200, 'text/event-stream; charset=utf-8'],
    );
  });

  test('end once the key is gone', async () => {
    await using site = await start({ limits: { eventHeartbeat: 100 } });
    const stream = await open(site.server.opsUrl ?? '', rootKey);
    stream.resume();
    site.server.reconfigure(
      testConfig({
        auth: { apiKeys: [reader.entry] },
        limits: { eventHeartbeat: 100 },
      }),
    );
    await once(stream, 'end');
  });

  test('cut off a client that does not read', async () => {
    await using site = await start({ limits: { eventListenerBytes: 16_384 } });
    const { auditLog, opsUrl = '' } = site.server;
    const stream = await open(opsUrl, rootKey);
    stream.pause();
    stream.on('error', () => undefined);
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    stream.once('close', resolve);
    const details = { text: 'x'.repeat(65_536) };
    // More than the system buffers for both ends.
    for (let index = 0; index < 500; index += 1) {
      auditLog.record({
        action: 'test',
        gateway: 'admin',
        actor: { id: 'root' },
        details,
      });
    }
    stream.resume();
    await closed;
    assert.equal(stream.complete, false);
  });
});

test('a key is shown with its scopes', async () => {
  await using site = await start();
  const { keyId, scopes } = await site.client(reader.token).key.get();
  assert.deepEqual([keyId, scopes], ['reader', ['rooms:read']]);
});

test('figures of the server are kept, the latest so many', async () => {
  await using site = await start({
    ops: { historyInterval: 1_000, historyLength: 1 },
  });
  const { nodes } = site.client(rootKey.token);
  const { interval, samples: none } = await nodes.history();
  assert.deepEqual([interval, none], [1_000, []]);
  await site.server.registry.open('lounge');
  let first: string | undefined;
  const sample = await until('a second sample', async () => {
    const { samples } = await nodes.history();
    assert.ok(samples.length <= 1);
    first ??= samples[0]?.at;
    return samples.find(({ at }) => at !== first);
  });
  assert.deepEqual([sample.rooms, sample.peers], [1, 0]);
  assert.deepEqual(
    sample.workers.map(({ index }) => index),
    [0],
  );
});
