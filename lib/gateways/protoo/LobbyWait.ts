import type {
  LobbyClient,
  LobbyEnd,
  LobbyPlace,
} from '../../rooms/LobbyClient.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import { closeCodeFor } from '../../signalling/closeCodes.ts';
import { unnumbered } from './encode.ts';

/** A session whose client waits. */
interface WaitingSession {
  readonly link: ClientLink;
  /** Others bound the wait, in number and in time. */
  beginWait(): void;
  /** The client has to join in time. */
  endWait(): void;
}

/** The wait of a protoo client in the lobby of its room. */
export class LobbyWait implements LobbyClient {
  readonly #session: WaitingSession;
  #place: LobbyPlace | undefined;

  constructor(session: WaitingSession) {
    this.#session = session;
  }

  waits(place: LobbyPlace): void {
    if (this.#place === undefined) {
      this.#session.link.onClose(() => this.#place?.leave());
    }
    this.#place = place;
    this.#session.beginWait();
  }

  /** Tells the client its place, once the refusal of its join has been sent. */
  tellPlace(): void {
    const { position = 0 } = this.#place ?? {};
    if (position > 0) {
      this.moved(position);
    }
  }

  moved(position: number): void {
    this.#send({ method: 'lobby', data: { position } });
  }

  admitted(): void {
    this.#send({ method: 'admitted', data: {} });
    this.#session.endWait();
  }

  ended(reason: LobbyEnd): void {
    this.#session.link.close(...closeCodeFor(reason));
  }

  #send(notification: Parameters<typeof unnumbered>[0]): void {
    this.#session.link.send(unnumbered(notification));
  }
}
