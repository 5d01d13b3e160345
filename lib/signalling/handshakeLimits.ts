import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import { PerNetworkLimit } from '../limits/PerNetworkLimit.ts';
import { RateLimit } from '../limits/RateLimit.ts';

/** Limits on clients before they are in a room, shared by all gateways. */
export interface HandshakeLimits {
  /** The rate at which a network may ask for a connection. */
  handshakes: RateLimit;
  /** The rate at which a network may ask if it would get one. */
  admissions: RateLimit;
  /** Connections that are in no room. */
  pending: PerNetworkLimit;
}

/** The limits as the options set them. */
export function handshakeLimits(limits: Live<Limits>): HandshakeLimits {
  return {
    handshakes: new RateLimit(limits, {
      perMinute: 'handshakesPerMinute',
      burst: 'handshakeBurst',
    }),
    admissions: new RateLimit(limits, {
      perMinute: 'admissionsPerMinute',
      burst: 'admissionBurst',
    }),
    pending: new PerNetworkLimit(
      limits,
      {
        inAll: 'pendingConnections',
        perNetwork: 'pendingConnectionsPerAddress',
      },
      'connections without a room',
    ),
  };
}
