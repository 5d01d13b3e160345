import type { ServerPeer, ServerPeerStats } from '@atrium/server-sdk';

import { isolate } from '../../../src/ui/isolate.ts';
import { roomAddress } from '../route.ts';
import type { PeerFigures } from '../PeerFigures.ts';
import { TrackNames } from '../TrackNames.ts';
import { bitrate, layers, milliseconds, moment, path } from '../show.ts';
import { Chart } from '../ui/Chart.ts';
import { button, element, setText } from '../ui/element.ts';
import { Table } from '../ui/Table.ts';
import { muteTrack, removePeer } from './questions.ts';
import { scoreOf } from './RoomView.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 3_000;

type Sent = ServerPeerStats['sent'][number];
type Received = ServerPeerStats['received'][number];

/** The facts of a peer in words, in their order. */
const FACTS: readonly (readonly [
  string,
  (peer: ServerPeer, stats: ServerPeerStats) => string,
])[] = [
  ['Role', ({ role }) => role],
  ['Contract', ({ contract }) => contract],
  ['Path', ({ network }, { transports }) => path(transports, network)],
  ['Address', ({ network }) => network],
  ['Connection', ({ away, quality }) => (away ? `${quality}, away` : quality)],
  ['Joined', ({ joinedAt }) => moment(joinedAt)],
  ['ID', ({ peerId }) => peerId],
  ['User', ({ userId }) => userId],
  [
    'Client',
    ({ device: { name, version } }) =>
      [name, version].filter(Boolean).join(' ') || 'unknown',
  ],
];

/** A peer with its media, and charts of what the page has read of it. */
export class PeerView extends View {
  readonly #path: { readonly roomId: string; readonly peerId: string };
  readonly #facts = FACTS.map(() => element('dd'));
  readonly #names: TrackNames;
  /** Hidden until there is something to show. */
  readonly #body = element('div', { className: 'page', hidden: true });
  readonly #figures: PeerFigures;
  readonly #charts: readonly Chart[];
  readonly #sent: Table<Sent>;
  readonly #received: Table<Received>;
  readonly #refresh: () => void;
  #peer: ServerPeer | undefined;

  constructor(context: ViewContext, roomId: string, peerId: string) {
    super(`Peer ${isolate(peerId)}`, context);
    this.#path = { roomId, peerId };
    this.#figures = this.session.figures.of(roomId, peerId);
    this.#refresh = () => poll.now();
    this.#charts = [
      new Chart(
        'Media',
        [
          { label: 'Sends', show: bitrate },
          { label: 'Receives', show: bitrate },
        ],
        this.#figures.traffic,
        100_000,
      ),
      new Chart(
        'Round trip',
        [{ label: 'Longest', show: milliseconds }],
        this.#figures.trips,
        10,
      ),
      new Chart(
        'Lost packets per second',
        [{ label: 'All tracks', show: (value) => value.toFixed(1) }],
        this.#figures.losses,
        1,
      ),
    ].map((chart) => this.own(chart));
    this.#sent = this.#sentTable();
    this.#names = new TrackNames(this.session.atrium, roomId);
    this.#received = receivedTable(this.#names);
    const facts = element('dl', { className: 'facts' });
    FACTS.forEach(([label], index) => {
      const fact = this.#facts[index] ?? '';
      facts.append(element('div', {}, element('dt', {}, label), fact));
    });
    this.way({ href: roomAddress(roomId), text: `Room ${isolate(roomId)}` });
    this.#body.append(
      facts,
      this.#actions(),
      element(
        'div',
        { className: 'charts' },
        ...this.#charts.map((chart) => chart.element),
      ),
      element('h2', {}, 'Sends'),
      this.#sent.element,
      element('h2', {}, 'Receives'),
      this.#received.element,
    );
    this.element.append(this.#body);
    const poll = this.poll(INTERVAL, () => this.#read());
  }

  async #read(): Promise<void> {
    const { peers } = this.session.atrium;
    const { roomId, peerId } = this.#path;
    const [peer, stats] = await Promise.all([
      peers.get(roomId, peerId),
      peers.stats(roomId, peerId),
    ]);
    this.#peer = peer;
    this.rename(`Peer ${isolate(peer.displayName)}`);
    FACTS.forEach(([, show], index) => {
      setText(this.#facts[index] ?? this.element, show(peer, stats));
    });
    await this.#names.look(stats.received.map(({ trackId }) => trackId));
    this.#sent.show(stats.sent);
    this.#received.show(stats.received);
    this.#figures.add(stats, Date.now() / 1_000);
    this.#charts.forEach((chart) => chart.update());
    this.#body.hidden = false;
  }

  #actions(): HTMLElement {
    const actions = element('p', { className: 'actions' });
    if (this.session.can('peers:write')) {
      actions.append(
        button('Remove…', () => {
          if (this.#peer !== undefined) {
            const { atrium } = this.session;
            removePeer(atrium, this.#path.roomId, this.#peer, () => {
              location.hash = roomAddress(this.#path.roomId);
            });
          }
        }),
      );
    }
    return actions;
  }

  #sentTable(): Table<Sent> {
    const mute = (current: () => Sent): HTMLButtonElement =>
      button('Mute…', () => {
        if (this.#peer !== undefined) {
          muteTrack(
            this.session.atrium,
            this.#path.roomId,
            this.#peer,
            current(),
            this.#refresh,
          );
        }
      });
    return new Table<Sent>(
      'Tracks that it sends',
      [
        { title: 'Source', text: ({ source }) => source },
        {
          title: 'State',
          text: ({ paused }) => (paused ? 'paused' : 'sends'),
        },
        ...streamColumns,
        ...(this.session.can('peers:write')
          ? [
              {
                title: 'Actions',
                controls: (current: () => Sent) => [mute(current)],
              },
            ]
          : []),
      ],
      ({ trackId }) => trackId,
      'It sends nothing.',
    );
  }
}

type Stream = Pick<Sent, 'bitrate' | 'packetsLost' | 'roundTripTime' | 'score'>;

/** The figures that tracks in both directions have. */
const streamColumns = [
  {
    title: 'Bitrate',
    text: (it: Stream) => bitrate(it.bitrate),
    figures: true,
  },
  {
    title: 'Packets lost',
    text: (it: Stream) => String(it.packetsLost),
    figures: true,
  },
  {
    title: 'Round trip',
    text: (it: Stream) => milliseconds(it.roundTripTime),
    figures: true,
  },
  { title: 'Score', text: (it: Stream) => scoreOf(it.score), figures: true },
];

function receivedTable(names: TrackNames): Table<Received> {
  return new Table<Received>(
    'Tracks that it receives',
    [
      {
        title: 'Track',
        text: ({ trackId }) => names.of(trackId),
        breaks: true,
      },
      { title: 'Kind', text: ({ kind }) => kind },
      {
        title: 'State',
        text: ({ paused }) => (paused ? 'paused' : 'receives'),
      },
      { title: 'Layers', text: layers },
      ...streamColumns,
    ],
    ({ trackId }) => trackId,
    'It receives nothing.',
  );
}
