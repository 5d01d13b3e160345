import type { types } from 'mediasoup';

import type { Grants } from '../auth/Grants.ts';
import type { Device, EndReason, EventEncoder } from './events.ts';
import type { LobbyClient } from './LobbyClient.ts';
import type { MediaRequest } from './MediaSetup.ts';

/** The identity of a peer, its permissions, and its way to receive events. */
export interface PeerOptions {
  id: string;
  /** The name of the gateway that the peer came through; only a label. */
  gateway: string;
  /** The client's network; peers are limited by it. */
  network: string;
  /** The secret by which the client is known again; only for this server. */
  clientSecret?: string | undefined;
  /** The client's identity and permissions. */
  grants: Grants;
  /**
   * Encodes events for the client. Without it the peer has no signalling: no
   * event is queued for it, and the death of its worker ends it.
   */
  encode?: EventEncoder | undefined;
  /** Called once when the peer has ended. */
  onEnd?: ((reason: EndReason) => void) | undefined;
  displayName?: string | undefined;
  device?: Device | undefined;
  /** The default for consumers that are requested without capabilities. */
  rtpCapabilities?: types.RtpCapabilities | undefined;
  /**
   * The time that the peer is kept after its connection broke, ms. Without it the
   * peer ends with its connection.
   */
  resumeTimeout?: number | undefined;
  /** The media that is set up for the client without a request for each part. */
  media?: MediaRequest | undefined;
  /** The client knows how to moderate, and may become the moderator of its room. */
  moderates?: boolean | undefined;
  /** The client as one that waits, if its contract has words for a lobby. */
  lobby?: LobbyClient | undefined;
  /** Adds the events about other members' consumers. */
  watchesConsumers?: boolean | undefined;
}
