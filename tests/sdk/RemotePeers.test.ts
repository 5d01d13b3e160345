import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { ALL_PERMISSIONS } from '../../lib/auth/Permissions.ts';
import type { PlaybackIssue } from '../../sdk/src/core/e2ee/playbackIssue.ts';
import type {
  MediaSession,
  OpenedConsumer,
} from '../../sdk/src/core/MediaSession.ts';
import type { AppData, Peer, Permissions } from '@atrium/protocol/protoo';
import { RemotePeers } from '../../sdk/src/core/RemotePeers.ts';
import { refusal } from './refusal.ts';

/** A media session whose consumers the test provides. */
class TestSession {
  closed = false;
  readonly tracks = new Map<string, PromiseWithResolvers<MediaStreamTrack>>();
  readonly closedConsumers: string[] = [];
  readonly stopped: string[] = [];
  readonly declined: string[] = [];
  /** The producers for which a consumer was requested. */
  readonly requested: string[] = [];

  consume(producerId: string): Promise<MediaStreamTrack> {
    this.requested.push(producerId);
    return this.#receive(producerId);
  }

  receive({ producerId }: OpenedConsumer): Promise<MediaStreamTrack> {
    return this.#receive(producerId);
  }

  decline({ consumerId }: OpenedConsumer): void {
    this.declined.push(consumerId);
  }

  #receive(producerId: string): Promise<MediaStreamTrack> {
    const track = Promise.withResolvers<MediaStreamTrack>();
    this.tracks.set(producerId, track);
    return track.promise;
  }

  async deliver(producerId: string): Promise<void> {
    this.tracks.get(producerId)?.resolve(trackOf(producerId));
    await turn();
  }

  async fail(producerId: string, error: Error): Promise<void> {
    this.tracks.get(producerId)?.reject(error);
    await turn();
  }

  closeConsumer(producerId: string): void {
    this.closedConsumers.push(producerId);
  }

  stopConsuming(producerId: string): void {
    this.stopped.push(producerId);
  }

  producerOf(consumerId: string): string | undefined {
    return consumerId.replace('consumer-of-', '');
  }

  playbackIssueOf({ e2ee }: AppData): PlaybackIssue | undefined {
    return e2ee === true ? 'noKey' : undefined;
  }
}

function trackOf(producerId: string): MediaStreamTrack {
  return { id: producerId } as MediaStreamTrack;
}

function producer(producerId: string, appData: AppData = { source: 'mic' }) {
  return { producerId, kind: 'audio' as const, paused: false, appData };
}

/** The consumer that a server opens for a producer of Ada. */
function consumerOf({
  producerId,
  kind,
  paused,
  appData,
}: Peer['producers'][number]): OpenedConsumer {
  return {
    consumerId: `consumer-of-${producerId}`,
    producerId,
    peerId: 'ada',
    kind,
    rtpParameters: { codecs: [] },
    type: 'simple',
    paused: true,
    producerPaused: paused,
    score: { score: 10, producerScore: 10, producerScores: [10] },
    appData,
  };
}

const PERMISSIONS: Permissions = {
  ...ALL_PERMISSIONS,
  publish: ['mic'],
  moderate: [],
};

function info(peerId: string, ...producers: Peer['producers']): Peer {
  return {
    peerId,
    displayName: peerId.toUpperCase(),
    role: 'member',
    permissions: PERMISSIONS,
    device: {},
    joinedAt: 0,
    producers,
    dataProducers: [],
  };
}

/** The peers of a room with Ada in it, and what was reported of them. */
function setUp(...producers: Peer['producers']) {
  const peers = new RemotePeers();
  const events: string[] = [];
  peers.on('peerJoined', ({ peerId }) => events.push(`${peerId} joined`));
  peers.on('peerChanged', ({ peerId }) => events.push(`${peerId} changed`));
  peers.on('peerLeft', ({ peerId }) => events.push(`${peerId} left`));
  peers.on('consumeFailed', ({ peerId }, error) =>
    events.push(`${peerId} failed: ${error.message}`),
  );
  const session = new TestSession();
  attach(
    peers,
    session,
    [info('ada', ...producers)],
    producers.map(consumerOf),
  );
  events.length = 0;
  const mic = () => peers.peers[0]?.get('mic');
  return { peers, events, session, mic };
}

function attach(
  peers: RemotePeers,
  session: TestSession,
  infos: Peer[],
  consumers: OpenedConsumer[] | undefined,
): void {
  peers.attach(session as unknown as MediaSession, infos, consumers);
}

describe('RemotePeers', () => {
  test('receives what the server has opened with the join, and requests nothing', async () => {
    const { events, session, mic } = setUp(producer('one'));
    await session.deliver('one');
    assert.equal(mic()?.track?.id, 'one');
    assert.deepEqual(events, ['ada changed']);
    assert.deepEqual(session.requested, []);
  });

  test('receives what the server opens later', async () => {
    const { peers, session, mic } = setUp();
    const data = consumerOf({ ...producer('one'), paused: true });
    peers.handle({ method: 'consumerOpened', data });
    await session.deliver('one');
    assert.equal(mic()?.track?.id, 'one');
    assert.equal(mic()?.paused, true);
    assert.deepEqual(session.requested, []);
  });

  test('requests a producer that is announced without a consumer', async () => {
    const { peers, session, mic } = setUp();
    peers.handle({
      method: 'newProducer',
      data: { peerId: 'ada', ...producer('one') },
    });
    await session.deliver('one');
    assert.equal(mic()?.track?.id, 'one');
    assert.deepEqual(session.requested, ['one']);
  });

  test('requests a producer that has no consumer in a reply that had room for it', () => {
    const peers = new RemotePeers();
    const session = new TestSession();
    const known = Array.from({ length: 201 }, (_, i) => producer(`p${i}`));
    const consumers = known.map(consumerOf);
    attach(peers, session, [info('ada', ...known)], consumers.slice(0, 200));
    assert.deepEqual(session.requested, []);
    attach(peers, session, [info('ada', ...known)], consumers.slice(0, 199));
    assert.deepEqual(session.requested, ['p199', 'p200']);
  });

  test('requests nothing while the server has yet to open media', () => {
    const peers = new RemotePeers();
    const session = new TestSession();
    attach(peers, session, [info('ada', producer('one'))], undefined);
    assert.deepEqual(session.requested, []);
  });

  test('tells apart peers that left and those that stayed across a reconnection', () => {
    const { peers, events } = setUp();
    peers.handle({ method: 'peerJoined', data: info('bob') });
    peers.detach();
    events.length = 0;
    attach(peers, new TestSession(), [info('bob'), info('cleo')], []);
    assert.deepEqual(events, ['ada left', 'bob changed', 'cleo joined']);
  });

  test('drops all producers of an ended session, but not the peers', async () => {
    const { peers, session } = setUp(producer('one'));
    await session.deliver('one');
    peers.detach();
    assert.deepEqual(
      peers.peers.map(({ producers }) => producers),
      [[]],
    );
  });

  test('receives everything again over a new session, as the server opens it', async () => {
    const { peers, session, mic } = setUp(producer('one'));
    await session.deliver('one');
    const next = new TestSession();
    peers.renew(next as unknown as MediaSession);
    assert.equal(mic()?.track, undefined);
    const data = consumerOf(producer('one'));
    peers.handle({ method: 'consumerOpened', data });
    await next.deliver('one');
    assert.equal(mic()?.track?.id, 'one');
  });

  test('closes the consumers of a peer that left', () => {
    const { peers, events, session } = setUp(producer('one'));
    const gone = { peerId: 'ada', reason: 'left' } as const;
    peers.handle({ method: 'peerLeft', data: gone });
    peers.handle({ method: 'peerLeft', data: gone });
    assert.deepEqual(session.closedConsumers, ['one']);
    assert.deepEqual(events, ['ada left']);
  });

  test('follows pauses of producers and of its own consumers', () => {
    const { peers, events, mic } = setUp(producer('one'));
    const data = { producerId: 'one', peerId: 'ada' };
    peers.handle({ method: 'producerPaused', data });
    assert.equal(mic()?.paused, true);
    peers.handle({
      method: 'consumerPaused',
      data: { consumerId: 'consumer-of-one' },
    });
    assert.deepEqual(events, ['ada changed']);
    peers.handle({
      method: 'consumerResumed',
      data: { consumerId: 'consumer-of-one' },
    });
    assert.equal(mic()?.paused, false);
  });

  test('knows what the network of the client does not carry', () => {
    const { peers, events, mic } = setUp(producer('one'));
    const consumerId = 'consumer-of-one';
    peers.handle({
      method: 'consumerSuspended',
      data: { consumerId, reason: 'bandwidth' },
    });
    assert.equal(mic()?.suspended, true);
    assert.equal(mic()?.paused, false);
    peers.handle({ method: 'consumerRestored', data: { consumerId } });
    assert.equal(mic()?.suspended, false);
    assert.deepEqual(events, ['ada changed', 'ada changed']);
  });

  test('knows the name, role and permissions of a peer, and if it is reconnecting', () => {
    const { peers, events } = setUp();
    const [ada] = peers.peers;
    assert.deepEqual(
      [ada?.role, ada?.permissions, ada?.reconnecting],
      ['member', PERMISSIONS, false],
    );
    const changes = [
      { displayName: 'Ada' },
      { role: 'guest', permissions: { ...PERMISSIONS, chat: false } },
      { reconnecting: true },
      { reconnecting: false },
    ];
    const seen = changes.map((change) => {
      peers.handle({
        method: 'peerUpdated',
        data: { peerId: 'ada', ...change },
      });
      return [
        ada?.displayName,
        ada?.role,
        ada?.permissions.chat,
        ada?.reconnecting,
      ];
    });
    assert.deepEqual(seen, [
      ['Ada', 'member', true, false],
      ['Ada', 'guest', false, false],
      ['Ada', 'guest', false, true],
      ['Ada', 'guest', false, false],
    ]);
    assert.equal(events.length, changes.length);
    // Media that has ceased to flow is a lost connection, too.
    peers.handle({
      method: 'connectionQuality',
      data: { peerId: 'ada', quality: 'lost' },
    });
    assert.equal(ada?.reconnecting, true);
  });

  test('knows the condition of a track, even before it is received', async () => {
    const { peers, events, session, mic } = setUp(producer('one'));
    const score = (score: number, producerScore: number): unknown => {
      peers.handle({
        method: 'consumerScore',
        data: {
          consumerId: 'consumer-of-one',
          score,
          producerScore,
          producerScores: [],
        },
      });
      return mic()?.reception;
    };
    assert.equal(mic()?.reception, 'good');
    assert.equal(score(10, 5), 'poor', 'losses on the way to the server');
    await session.deliver('one');
    assert.equal(mic()?.reception, 'poor');
    assert.equal(score(6, 10), 'poor', 'losses on the way from it');
    assert.equal(score(0, 10), 'lost');
    assert.equal(score(10, 0), 'good', 'nothing is sent');
    assert.deepEqual(events, Array(4).fill('ada changed'));
  });

  test('keeps the layers that a consumer receives', () => {
    const { peers, mic } = setUp(producer('one'));
    peers.handle({
      method: 'consumerLayersChanged',
      data: {
        consumerId: 'consumer-of-one',
        spatialLayer: 1,
        temporalLayer: 2,
      },
    });
    assert.equal(mic()?.layers?.spatialLayer, 1);
  });

  test('removes a closed producer, whichever notification tells', () => {
    for (const closed of [
      { method: 'producerClosed', data: { producerId: 'one', peerId: 'ada' } },
      { method: 'consumerClosed', data: { consumerId: 'consumer-of-one' } },
    ] as const) {
      const { peers, session, mic } = setUp(producer('one'));
      peers.handle(closed);
      assert.equal(mic(), undefined);
      assert.deepEqual(session.closedConsumers, ['one']);
    }
  });

  test('closes a consumer that is created after its producer has closed', async () => {
    const { peers, session, events } = setUp(producer('one'));
    peers.handle({
      method: 'producerClosed',
      data: { producerId: 'one', peerId: 'ada' },
    });
    await session.deliver('one');
    assert.deepEqual(session.closedConsumers, ['one', 'one']);
    assert.deepEqual(events, ['ada changed']);
  });

  test('reports a producer that could not be received', async () => {
    const { session, events } = setUp(producer('one'));
    await session.fail('one', new Error('no'));
    assert.deepEqual(events, ['ada failed: no']);
  });

  test('reports no failure of a closed producer or of a media reset', async () => {
    const reset = setUp(producer('one'));
    await reset.session.fail('one', refusal('consume', 'MEDIA_RESET'));
    assert.deepEqual(reset.events, []);
    const closed = setUp(producer('one'));
    closed.session.closed = true;
    await closed.session.fail('one', new Error('closed'));
    assert.deepEqual(closed.events, []);
  });

  test('does not receive what it has no key for', () => {
    const encrypted = { source: 'mic', e2ee: true };
    const { session, mic } = setUp(producer('one', encrypted));
    assert.equal(mic()?.playbackIssue, 'noKey');
    assert.equal(session.tracks.size, 0);
    assert.deepEqual(session.declined, ['consumer-of-one']);
  });

  test('stops receiving what cannot be decrypted', async () => {
    const { peers, session, mic } = setUp(producer('one'));
    await session.deliver('one');
    peers.markUndecryptable('one');
    peers.markUndecryptable('one');
    assert.equal(mic()?.playbackIssue, 'wrongKey');
    assert.equal(mic()?.track, undefined);
    assert.deepEqual(session.stopped, ['one']);
  });
});
