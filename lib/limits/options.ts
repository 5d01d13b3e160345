import { z } from 'zod';

import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

/** A limit on what is kept until it has arrived, bytes. */
function keptBytes(value: number) {
  return z.int().min(65_536).max(1_099_511_627_776).default(value);
}

/** The section `limits`. */
export const limitsSection = section(
  'What is let in at most. An IPv6 network (/64) counts as one address. Whoever meets a limit is told its name.',
  {
    rooms: count(1_000_000, 10_000).describe('Rooms.'),
    roomsPerAddress: count(1_000_000, 500).describe(
      'Rooms that were created by name from one address.',
    ),
    peers: count(1_000_000, 10_000).describe('Peers in all rooms.'),
    peersPerAddress: count(1_000_000, 500).describe(
      'Peers from one address, which may be a whole school behind a NAT.',
    ),
    pendingConnections: count(1_000_000, 2_000).describe(
      'Connections that are in no room.',
    ),
    pendingConnectionsPerAddress: count(1_000_000, 500).describe(
      'Connections from one address that are in no room.',
    ),
    handshakesPerMinute: count(1_000_000, 300).describe(
      'WebSocket handshakes a minute from one address, in the long run. Clients that come back to a peer that is still held do not count, up to one in 5 s for each peer.',
    ),
    handshakeBurst: count(1_000_000, 1_000).describe(
      'WebSocket handshakes from one address that may come at once; as many are allowed again at the rate above.',
    ),
    admissionsPerMinute: count(1_000_000, 300).describe(
      'Questions a minute from one address, in the long run, why a handshake was refused.',
    ),
    admissionBurst: count(1_000_000, 1_000).describe(
      'Such questions from one address that may come at once.',
    ),
    requestsPerMinute: count(1_000_000, 1_200).describe(
      'HTTP requests a minute from one address, in the long run.',
    ),
    requestBurst: count(1_000_000, 10_000).describe(
      'HTTP requests from one address that may come at once; a page takes up to 10.',
    ),
    connections: count(1_000_000, 16_000).describe(
      'TCP connections to the server, for HTTP and WebSocket alike. Never more than the open files that the system allows the process leave room for.',
    ),
    connectionsPerAddress: count(1_000_000, 4_000).describe(
      'TCP connections from one address; browsers open up to seven. Those of access.trustProxy only count in all.',
    ),
    unansweredRequests: count(10_000, 16).describe(
      'HTTP requests that one connection has sent and not been answered. Browsers send one at a time.',
    ),
    answerTimeout: z
      .int()
      .min(100)
      .max(3_600_000)
      .default(20_000)
      .describe(
        'A client that reads nothing of an HTTP answer for this long is cut off, ms.',
      ),
    messagesPerSecond: count(100_000, 100).describe(
      'Messages a second on one connection, in the long run. A long message counts once more for each 16 KiB.',
    ),
    messageBurst: count(100_000, 500).describe(
      'Messages that may come at once beyond that. As many more are answered with an error, and then the connection is closed with 4008. A request that fails counts once more for each KiB.',
    ),
    pendingBytes: z
      .int()
      .min(16_384)
      .max(1_073_741_824)
      .default(1_048_576)
      .describe(
        'Requests of one connection that are not answered yet, bytes. Further ones are answered with an error. At least twice signalling.maxFrameBytes.',
      ),
    sendBufferBytes: z
      .int()
      .min(65_536)
      .max(1_073_741_824)
      .default(1_048_576)
      .describe(
        'What may wait for a client that reads slowly, bytes. It is closed with 1013 when more would have to wait.',
      ),
    sendBufferBytesInAll: z
      .int()
      .min(65_536)
      .max(1_099_511_627_776)
      .default(134_217_728)
      .describe(
        'What may wait in that way on all connections, bytes. Beyond it, the connection on which the most waits is closed with 1013. Up to a sixteenth more may wait for a moment.',
      ),
    keptBytesPerPeer: keptBytes(2_097_152).describe(
      'What is kept at most for a peer that can be resumed until its client has confirmed it, bytes. A peer for which more would have to be kept is out, and its client is closed with 1013. At least sendBufferBytes.',
    ),
    keptBytesPerRoom: keptBytes(16_777_216).describe(
      'What is kept in that way for all peers of a room, bytes; what several are told counts once. Beyond it, the peer for which the most is kept is out. At least keptBytesPerPeer.',
    ),
    keptBytes: keptBytes(67_108_864).describe(
      'What is kept in that way for all peers of the server, bytes. At least keptBytesPerRoom.',
    ),
    transportsPerPeer: count(10_000, 16).describe('Transports of one peer.'),
    producersPerPeer: count(10_000, 16).describe('Tracks that one peer sends.'),
    producersPerSource: count(10_000, 1).describe(
      'Tracks that one peer sends of one source, such as cameras. What names no source is not counted.',
    ),
    appDataBytesPerPeer: z
      .int()
      .min(4_096)
      .max(1_073_741_824)
      .default(16_384)
      .describe(
        'The appData of all tracks and data channels that one peer sends, bytes of JSON. Everybody who joins its room is told all of it.',
      ),
    consumersPerPeer: count(100_000, 2_000).describe(
      'Tracks that one peer receives.',
    ),
    dataProducersPerPeer: count(10_000, 16).describe(
      'Data channels that one peer sends over.',
    ),
    dataConsumersPerPeer: count(65_535, 1_000).describe(
      'Data channels that one peer receives from. Browsers take about a thousand over one transport.',
    ),
    incomingBitrate: z
      .int()
      .min(100_000)
      .max(4_294_967_295)
      .default(20_000_000)
      .describe(
        'What a client is told to send at most over one transport, bit/s. Browsers keep to it.',
      ),
  },
);

/** The options of the section `limits`. */
export type Limits = OptionsOf<typeof limitsSection>;

/** The name of one of the limits. */
export type LimitName = keyof Limits;

/** A limit on all clients together, and how much of it is used. */
export interface LimitUse {
  option: LimitName;
  limit: number;
  used: number;
}
