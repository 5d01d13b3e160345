import {
  EarlyConnection,
  Emitter,
  LocalMedia,
  RoomClient,
  ScreenShare,
} from 'videoconf-sdk/core';
import type { Address, DeviceSource, RoomState } from 'videoconf-sdk/core';
import { deviceChoices } from './deviceChoices.ts';
import { endOf, refusalText } from './failures.ts';
import type { End } from './failures.ts';
import { preferences } from './preferences.ts';
import {
  codecFromAddress,
  dtxFromAddress,
  policyFromAddress,
  screenFromAddress,
} from './roomLink.ts';
import { LobbyView } from './ui/LobbyView.ts';
import { RoomView } from './ui/RoomView.ts';
import { text } from './texts/texts.ts';

/** A user's choices at the entrance, and how the page came by them. */
export type VisitOptions = Address & {
  displayName: string;
  takesPart: boolean;
  key: string | undefined;
  /** The user came with a personal invitation. */
  invited: boolean;
};

type VisitEvents = {
  /** It takes longer, with a sentence for the user. */
  waiting: [words: () => string];
  /** The user waits to be let in. */
  lobby: [];
  entered: [];
  /** The user has left, or no longer wants to join. */
  left: [];
  /** It is over against the user's wish. */
  ended: [end: End, entered: boolean];
};

const roomView = new RoomView();
const lobbyView = new LobbyView();
const iceTransportPolicy = policyFromAddress();
const codec = codecFromAddress();
const dtx = dtxFromAddress();

/**
 * Most connections that are opened for one visit before it starts, so that users
 * who stay at the entrance leave the limits of their network to others.
 */
const MAX_PREPARED = 3;

let early: EarlyConnection | undefined;
let prepared = 0;

/**
 * Opens a connection to where the user seems to be about to go, unless there is
 * one already. The last one before is closed.
 */
export function prepare(address: Address): void {
  if (early?.leadsTo(address) || prepared === MAX_PREPARED) {
    return;
  }
  early?.close();
  prepared += 1;
  try {
    early = new EarlyConnection(address);
  } catch {
    // The browser opens no WebSocket; the user is told on joining.
    early = undefined;
  }
}

/** A visit to a room, from the attempt to join until its end. */
export class Visit extends Emitter<VisitEvents> {
  readonly #client: RoomClient;
  readonly #media: LocalMedia;
  readonly #share: ScreenShare;
  #entered = false;
  #waits = false;

  /** Shows the room as soon as it is joined; {@link start} joins it. */
  constructor(options: VisitOptions) {
    super();
    this.#client = new RoomClient({
      ...options,
      iceTransportPolicy,
      codec,
      dtx,
    });
    this.#media = new LocalMedia(this.#client, deviceChoices(preferences()));
    this.#share = new ScreenShare(this.#client, screenFromAddress());
    this.#client.on('muted', () => this.#media.showMuted());
    this.#client.on('unmuteRequested', (source) => {
      this.#media.showWanted(source);
    });
    this.#client.on('state', (state) => this.#onState(state));
    lobbyView.follow(this.#media, () => this.leave());
    roomView.follow(options, this.#client, this.#media, this.#share);
  }

  /** Joins with the devices that are open already, and opens the others meanwhile. */
  start(
    devices: readonly DeviceSource[],
    opened: ReadonlyMap<DeviceSource, MediaStreamTrack>,
  ): void {
    this.#client.join(early);
    early = undefined;
    prepared = 0;
    this.#media.adopt(opened);
    void this.#media.open([...devices]);
  }

  /** Does not wait any longer before the next attempt to connect. */
  retryNow(): void {
    this.#client.retryNow();
  }

  leave(): void {
    this.#client.leave();
  }

  #onState(state: RoomState): void {
    switch (state.name) {
      case 'connecting': {
        const { refusal } = state;
        this.emit('waiting', () =>
          text('entrance.tryingAgain', {
            reason: refusal
              ? refusalText(refusal)
              : text('connection.noAnswer'),
          }),
        );
        break;
      }
      case 'waiting':
        lobbyView.show(state.position);
        if (!this.#waits) {
          this.#waits = true;
          this.emit('lobby');
          lobbyView.focus();
        }
        break;
      case 'joined':
        if (!this.#entered || this.#waits) {
          this.#entered = true;
          this.#waits = false;
          lobbyView.close();
          this.emit('entered');
          roomView.focus();
        }
        break;
      case 'reconnecting':
        // The room view shows it.
        break;
      case 'ended':
        lobbyView.close();
        this.#media.close();
        this.#share.close();
        if (state.cause === 'left') {
          this.emit('left');
        } else {
          this.emit('ended', endOf(state), this.#entered);
        }
        break;
    }
  }
}
