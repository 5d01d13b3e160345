import type { Source } from '../core/index.ts';
import type { RemotePerson, RemoteSource } from '../Way.ts';
import type { PeerLink } from './PeerLink.ts';

/** Another person in the session, with the connection to them if there is one. */
export class Person implements RemotePerson {
  readonly peerId: string;
  displayName: string;
  /** The person sends and receives through the server, in the room. */
  sfu: boolean;
  link: PeerLink | undefined;
  /** The person has sent what no client sends, and is not listened to any more. */
  barred = false;
  /** Only people in the room have rights. */
  readonly rights = undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(peerId: string, name: string, sfu: boolean) {
    this.peerId = peerId;
    this.displayName = name;
    this.sfu = sfu;
  }

  get reconnecting(): boolean {
    return this.link?.quality === 'lost';
  }

  get(source: Source): RemoteSource | undefined {
    return this.link?.received.get(source);
  }

  /** Calls a function if there is no connection after a time, ms. */
  wait(time: number, onOver: () => void): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => {
      if (!this.link) {
        onOver();
      }
    }, time);
  }

  /** Ends the connection, and stops to wait for one. */
  close(): void {
    clearTimeout(this.#patience);
    this.link?.close();
    this.link = undefined;
  }
}
