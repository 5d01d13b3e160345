import { AtriumError } from '@atrium/server-sdk';
import type {
  ServerPeer,
  ServerPeerStats,
  ServerRoom,
  ServerWaiting,
} from '@atrium/server-sdk';

import { isolate } from '../../../src/ui/isolate.ts';
import { peerAddress } from '../route.ts';
import {
  bitrate,
  milliseconds,
  NOTHING,
  path,
  since,
  totals,
} from '../show.ts';
import { announce } from '../ui/announce.ts';
import { button, element, setText } from '../ui/element.ts';
import { Table } from '../ui/Table.ts';
import { Pager } from './Pager.ts';
import { closeRoom, removePeer } from './questions.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 5_000;

/** Peers that are shown at first; each is asked for its media. */
const PAGE = 20;

/** Requests for the media of peers at a time. */
const AT_A_TIME = 4;

/** A peer with its media; without them if it has just left. */
interface ShownPeer {
  readonly peer: ServerPeer;
  readonly stats: ServerPeerStats | undefined;
}

/** A room with its peers and those who wait for it. */
export class RoomView extends View {
  readonly #roomId: string;
  readonly #state = element('p', { className: 'note' });
  readonly #pager: Pager<ServerPeer>;
  readonly #peers: Table<ShownPeer>;
  readonly #waiting: Table<ServerWaiting>;
  readonly #refresh: () => void;

  constructor(context: ViewContext, roomId: string) {
    super(`Room ${isolate(roomId)}`, context);
    this.#roomId = roomId;
    const { atrium, log } = this.session;
    this.#refresh = () => poll.now();
    this.#pager = new Pager(
      PAGE,
      () => atrium.peers.list(roomId, { limit: PAGE + 1 }),
      this.#refresh,
    );
    this.#peers = this.#peersTable();
    this.#waiting = this.#waitingTable();
    const actions = element('p', { className: 'actions' });
    if (this.session.can('rooms:write')) {
      actions.append(
        button('Close the room…', () =>
          closeRoom(atrium, roomId, this.#refresh),
        ),
      );
    }
    this.way({ href: '#/rooms', text: 'Rooms' });
    this.element.append(
      this.#state,
      actions,
      element('h2', {}, 'Peers'),
      this.#peers.element,
      this.#pager.element,
      element(
        'p',
        { className: 'note' },
        '“via” an address: media comes from there, while signalling comes from another address. It is that of a TURN server, or of another network of the client.',
      ),
      element('h2', {}, 'Waiting in the lobby'),
      this.#waiting.element,
    );
    const poll = this.poll(INTERVAL, () => this.#read());
    const [newest] = log?.events ?? [];
    let seen = newest;
    const stop = log?.onChange(() => {
      const end = seen === undefined ? -1 : log.events.indexOf(seen);
      const fresh = end === -1 ? log.events : log.events.slice(0, end);
      if (fresh.some((event) => event.roomId === roomId)) {
        poll.now();
      }
      [seen] = log.events;
    });
    this.own({ close: () => stop?.() });
  }

  async #read(): Promise<void> {
    const { atrium } = this.session;
    const room = await atrium.rooms
      .get(this.#roomId)
      .catch((error: unknown) => {
        if (isGone(error)) {
          setText(this.#state, 'Not open');
          this.#peers.show([]);
          this.#waiting.show([]);
        }
        throw error;
      });
    setText(this.#state, stateOf(room));
    const peers = room.open ? await this.#pager.read() : [];
    const shown: ShownPeer[] = [];
    for (let index = 0; index < peers.length; index += AT_A_TIME) {
      const batch = peers.slice(index, index + AT_A_TIME).map(async (peer) => ({
        peer,
        stats: await atrium.peers
          .stats(this.#roomId, peer.peerId)
          .catch(() => undefined),
      }));
      shown.push(...(await Promise.all(batch)));
    }
    const at = Date.now() / 1_000;
    for (const { peer, stats } of shown) {
      if (stats !== undefined) {
        this.session.figures.of(this.#roomId, peer.peerId).add(stats, at);
      }
    }
    this.#peers.show(shown);
    const waiting: ServerWaiting[] = [];
    if (room.open) {
      for await (const one of atrium.waiting.list(this.#roomId)) {
        waiting.push(one);
      }
    }
    this.#waiting.show(waiting);
  }

  #peersTable(): Table<ShownPeer> {
    const { atrium } = this.session;
    const figure = (
      title: string,
      text: (figures: ReturnType<typeof totals>) => string,
    ) => ({
      title,
      figures: true,
      text: ({ stats }: ShownPeer) =>
        stats === undefined ? NOTHING : text(totals(stats)),
    });
    return new Table<ShownPeer>(
      'Peers',
      [
        {
          title: 'Name',
          text: ({ peer }) => peer.displayName,
          href: ({ peer }) => peerAddress(this.#roomId, peer.peerId),
          breaks: true,
        },
        {
          title: 'Role',
          text: ({ peer }) => (peer.away ? `${peer.role}, away` : peer.role),
        },
        { title: 'Contract', text: ({ peer }) => peer.contract },
        {
          title: 'Path',
          text: ({ peer, stats }) =>
            path(stats?.transports ?? [], peer.network),
        },
        figure('Round trip', (it) => milliseconds(it.roundTripTime)),
        figure('Packets lost', (it) => String(it.lost)),
        figure('Sends', (it) => bitrate(it.incoming)),
        figure('Receives', (it) => bitrate(it.outgoing)),
        figure('Score', (it) => scoreOf(it.score)),
        ...(this.session.can('peers:write')
          ? [
              {
                title: 'Actions',
                controls: (current: () => ShownPeer) => [
                  button('Remove…', () =>
                    removePeer(
                      atrium,
                      this.#roomId,
                      current().peer,
                      this.#refresh,
                    ),
                  ),
                ],
              },
            ]
          : []),
      ],
      ({ peer }) => peer.peerId,
      'No one is in the room.',
    );
  }

  #waitingTable(): Table<ServerWaiting> {
    const { waiting } = this.session.atrium;
    const decide = (
      label: string,
      said: string,
      act: (peerId: string) => Promise<void>,
      current: () => ServerWaiting,
    ): HTMLButtonElement =>
      button(label, () => {
        const { peerId, displayName } = current();
        act(peerId)
          .then(() => {
            announce(`${isolate(displayName)} ${said}`);
            this.#refresh();
          })
          .catch((error: unknown) => this.show(error));
      });
    return new Table<ServerWaiting>(
      'Waiting in the lobby',
      [
        { title: 'Name', text: ({ displayName }) => displayName, breaks: true },
        {
          title: 'Waits for',
          text: ({ waitingSince }) => since(waitingSince),
          figures: true,
        },
        ...(this.session.can('peers:write')
          ? [
              {
                title: 'Actions',
                controls: (current: () => ServerWaiting) => [
                  decide(
                    'Let in',
                    'is let in.',
                    (peerId) => waiting.admit(this.#roomId, peerId),
                    current,
                  ),
                  decide(
                    'Turn away',
                    'is turned away.',
                    (peerId) => waiting.reject(this.#roomId, peerId),
                    current,
                  ),
                ],
              },
            ]
          : []),
      ],
      ({ peerId }) => peerId,
      'No one waits.',
    );
  }
}

/** A score of mediasoup's: 10 when everything arrives, 0 when nothing does. */
export function scoreOf(score: number | undefined): string {
  return score === undefined ? NOTHING : `${score} of 10`;
}

function isGone(error: unknown): boolean {
  return error instanceof AtriumError && error.code === 'ROOM_NOT_FOUND';
}

function stateOf(room: ServerRoom): string {
  const { open, peers, maxPeers, openedAt, lasting, locked, lobby } = room;
  return [
    open ? `Open for ${since(openedAt)}` : 'Not open',
    `${peers} of ${maxPeers} peers`,
    lasting && 'lasting',
    locked && 'locked',
    lobby && 'with a lobby',
  ]
    .filter((it) => it !== false)
    .join(', ');
}
