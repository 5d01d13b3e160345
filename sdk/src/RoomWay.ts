import { Emitter, RequestError, RoomClient, textOf } from './core/index.ts';
import type {
  Refusal,
  RemotePeer,
  RoomClientOptions,
  RoomState,
  Source,
} from './core/index.ts';
import { roomPerson } from './roomPerson.ts';
import { asVideoconfError, VideoconfError } from './VideoconfError.ts';
import type { Identity, Reception, Way, WayEvents, WayState } from './Way.ts';

/** The way to the others through the server, in a room. */
export class RoomWay extends Emitter<WayEvents> implements Way {
  #self: Identity;
  readonly #encrypted: boolean;
  readonly #room: RoomClient;
  /** The user's own media does not reach the server. */
  #interrupted = false;
  /** A text that came over signalling, which the chat reports, too. */
  #relayed: unknown;

  constructor(options: RoomClientOptions) {
    super();
    this.#self = options;
    this.#encrypted = options.key !== undefined;
    this.#room = new RoomClient(options);
    this.#followPeople();
    this.#followMessages();
    const room = this.#room;
    room.on('state', (state) => this.emit('state', stateOf(state)));
    room.on('publishFailed', (...failure) =>
      this.emit('publishFailed', ...failure),
    );
    room.on('muted', () => this.emit('muted'));
    room.on('rights', (rights) => {
      this.#self = { ...this.#self, rights };
      this.emit('self');
    });
    room.on('encryptionFailed', () =>
      this.emit(
        'failed',
        new VideoconfError(
          'ENCRYPTION_FAILED',
          'Encryption has failed, and nothing is sent any more.',
        ),
      ),
    );
  }

  get self(): Identity {
    return this.#self;
  }

  join(): void {
    this.#room.join();
  }

  leave(): void {
    this.#room.leave();
  }

  retryNow(): void {
    this.#room.retryNow();
  }

  publish(source: Source, track: MediaStreamTrack, paused?: boolean): void {
    this.#room.publish(source, track, paused);
  }

  unpublish(source: Source): void {
    this.#room.unpublish(source);
  }

  setPaused(source: Source, paused: boolean): void {
    this.#room.setPaused(source, paused);
  }

  receive(track: MediaStreamTrack, { subscribed, size }: Reception): void {
    this.#room.setDisplaySize(track, subscribed ? size : undefined);
  }

  async send(data: unknown, to: string[] | undefined): Promise<void> {
    if (this.#encrypted) {
      this.#sendEncrypted(data, to);
      return;
    }
    try {
      await this.#room.sendMessage(data, to);
    } catch (error) {
      throw error instanceof RequestError
        ? asVideoconfError(error)
        : VideoconfError.because('DELIVERY_UNKNOWN', error as Error);
    }
  }

  /** Only the chat is encrypted, which goes to all. */
  #sendEncrypted(data: unknown, to: string[] | undefined): void {
    const text = textOf(data);
    if (text === undefined || to !== undefined) {
      throw new VideoconfError(
        'NOT_ENCRYPTED',
        'data: expected {text} for all in an encrypted room, got something that the server could read',
        { final: true },
      );
    }
    this.#room.chat.send(text);
  }

  #followPeople(): void {
    const { remotePeers, speakers } = this.#room;
    remotePeers.on('peerJoined', (peer) => this.#show(peer));
    remotePeers.on('peerChanged', (peer) => this.#show(peer));
    remotePeers.on('peerLeft', ({ peerId }) => this.emit('personLeft', peerId));
    remotePeers.on('consumeFailed', (_peer, error) =>
      this.emit('failed', VideoconfError.because('RECEIVE_FAILED', error)),
    );
    this.#room.on('path', (path) => {
      this.#interrupted = path !== 'open';
      for (const peer of remotePeers.peers) {
        this.#show(peer);
      }
    });
    speakers.on('active', (peerId) => this.emit('active', peerId));
    speakers.on('levels', (levels) => this.emit('levels', levels));
  }

  #show(peer: RemotePeer): void {
    this.emit('person', roomPerson(peer, this.#interrupted));
  }

  #followMessages(): void {
    this.#room.on('notification', ({ method, data }) => {
      if (method === 'mediaReset' || method === 'chatCleared') {
        this.emit(method);
      } else if (method === 'serverMessage') {
        this.emit(method, data.data);
      } else if (
        method === 'message' &&
        !this.#encrypted &&
        !isReceipt(data.data)
      ) {
        this.#relayed = textOf(data.data);
        this.emit('message', data.from, data.data);
      }
    });
    this.#room.chat.on('message', ({ peerId, text }) => {
      const known = this.#relayed === text || peerId === this.self.peerId;
      this.#relayed = undefined;
      if (!known) {
        this.emit('message', peerId, { text });
      }
    });
  }
}

/** Tells if a message belongs to the protocol by which pages confirm chat messages. */
function isReceipt(data: unknown): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    ['hears', 'got', 'chat'].some((it) => it in data)
  );
}

function stateOf(state: RoomState): WayState {
  switch (state.name) {
    case 'ended':
      return { name: 'ended', reason: state.cause, error: endErrorOf(state) };
    case 'waiting':
      return state;
    case 'joined':
      return { name: 'connected' };
    default:
      return {
        name: state.name,
        error: state.refusal && refusalError(state.refusal),
      };
  }
}

function endErrorOf(
  state: RoomState & { name: 'ended' },
): VideoconfError | undefined {
  switch (state.cause) {
    case 'closed':
      return new VideoconfError('CLOSED', state.reason, {
        final: true,
        closing: state.why,
      });
    case 'refused':
      return refusalError(state.refusal);
    default:
      return undefined;
  }
}

function refusalError({ code, message, final }: Refusal): VideoconfError {
  return new VideoconfError(code, message, { final });
}
