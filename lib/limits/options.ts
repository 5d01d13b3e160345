import { z } from 'zod';

import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';
import { isProxy } from './forwarded.ts';
import { originSchema, webOriginSchema } from './originSchema.ts';

/** The section `access`. */
export const accessSection = section('The origins and proxies of clients.', {
  origins: z
    .array(originSchema)
    .max(1_000)
    .default([])
    .describe(
      'Other origins whose pages may use the server, over HTTP and WebSocket. Clients other than browsers send no origin and are accepted.',
    ),
  embedders: z
    .array(webOriginSchema)
    .max(100)
    .default([])
    .describe(
      'Origins whose pages may embed the page of this server in a frame; no others may.',
    ),
  pageOrigin: webOriginSchema
    .optional()
    .describe(
      'Origin at which browsers reach the page, which share links begin with. Without it, they begin with the origin that was asked; those that were asked for at an address of listeners begin with the address of listen.',
    ),
  trustProxy: z
    .array(
      z.string().refine(isProxy, {
        message:
          'expected an IP address, a network such as 10.0.0.0/8, "loopback", "linklocal" or "uniquelocal"',
      }),
    )
    .max(100)
    .default([])
    .describe(
      'Reverse proxies whose headers are trusted: X-Forwarded-For, -Host and -Proto, or Forwarded, give the address of the client and the name under which it reached this server. Without them, limits per address count all clients behind a proxy as one.',
    ),
  regionHeader: z
    .string()
    .regex(/^[\w-]+$/, {
      message: 'expected the name of a header, of letters, digits, "_" and "-"',
    })
    .optional()
    .describe(
      'Header in which the proxies of access.trustProxy tell the region of a client, as cluster.region has it, for instance "X-Client-Region". In a cluster, a new room opens in the region of its first client. The proxy has to overwrite what a client sends in this header.',
    ),
});

/** The options of the section `access`. */
export type AccessOptions = OptionsOf<typeof accessSection>;

/** A bound on the memory of events that clients have not confirmed, bytes. */
function keptBytes(value: number) {
  return z.int().min(65_536).max(1_099_511_627_776).default(value);
}

/** The section `limits`. */
export const limitsSection = section(
  'Upper bounds. An IPv6 network (/64) counts as one address. An error for exceeding a limit names it.',
  {
    rooms: count(1_000_000, 10_000).describe('Rooms.'),
    roomsPerAddress: count(1_000_000, 500).describe(
      'Rooms that were created by name from one address.',
    ),
    serverRooms: count(10_000_000, 100_000).describe(
      'Rooms that were created by the server API and not deleted.',
    ),
    peers: count(1_000_000, 10_000).describe('Peers in all rooms.'),
    peersPerAddress: count(1_000_000, 500).describe(
      'Peers from one address, which may be a whole school behind a NAT.',
    ),
    pendingConnections: count(1_000_000, 2_000).describe(
      'Connections that are in no room, and those over Socket.IO that have not authenticated.',
    ),
    pendingConnectionsPerAddress: count(1_000_000, 500).describe(
      'Such connections from one address.',
    ),
    waiting: count(1_000_000, 2_000).describe(
      'Clients in the lobbies of all rooms. They do not count as connections that are in no room.',
    ),
    waitingPerAddress: count(1_000_000, 500).describe(
      'Clients in lobbies from one address.',
    ),
    sockets: count(1_000_000, 16_000).describe(
      'Connections over Socket.IO, by polling or WebSocket.',
    ),
    socketsPerAddress: count(1_000_000, 4_000).describe(
      'Connections over Socket.IO from one address.',
    ),
    handshakesPerMinute: count(1_000_000, 300).describe(
      'Handshakes of WebSocket and Socket.IO per minute from one address, on average. Clients that resume a peer do not count, up to once every 5 s for each peer.',
    ),
    handshakeBurst: count(1_000_000, 1_000).describe(
      'Such handshakes from one address at once, replenished at the rate above.',
    ),
    admissionsPerMinute: count(1_000_000, 300).describe(
      'Requests for the reason why a handshake was refused, per minute from one address, on average.',
    ),
    admissionBurst: count(1_000_000, 1_000).describe(
      'Such requests from one address at once.',
    ),
    requestsPerMinute: count(1_000_000, 1_200).describe(
      'HTTP requests per minute from one address, on average.',
    ),
    requestBurst: count(1_000_000, 10_000).describe(
      'HTTP requests from one address at once; loading the page takes up to 10.',
    ),
    apiFailuresPerMinute: count(1_000_000, 20).describe(
      'Requests to the server API with a wrong key, per minute from one address, on average. Beyond it, its requests are refused for a while.',
    ),
    apiFailureBurst: count(1_000_000, 60).describe(
      'Such requests from one address at once, replenished at the rate above.',
    ),
    idempotencyKeys: count(1_000_000, 10_000).describe(
      'Replies of the server API to requests with an Idempotency-Key that are kept. Beyond it, the oldest are forgotten.',
    ),
    idempotencyTime: z
      .int()
      .min(1_000)
      .max(604_800_000)
      .default(86_400_000)
      .describe('Time for which such a reply is kept, ms.'),
    eventListeners: count(10_000, 100).describe(
      'Clients of the server API that follow its events, each of which keeps a connection open.',
    ),
    eventListenerBytes: z
      .int()
      .min(16_384)
      .max(1_073_741_824)
      .default(1_048_576)
      .describe(
        'Events buffered for such a client that reads slowly, bytes. Beyond it, it is disconnected.',
      ),
    keptEvents: count(1_000_000, 1_000).describe(
      'The latest events that are kept in memory, for such clients that come back.',
    ),
    eventHeartbeat: z
      .int()
      .min(100)
      .max(300_000)
      .default(10_000)
      .describe(
        'Interval at which such a client is sent a comment, ms, so that both sides notice when the other has gone. Its key is checked as often. At most half of answerTimeout.',
      ),
    connections: count(1_000_000, 16_000).describe(
      'TCP connections to the server, for HTTP and WebSocket alike. Never more than the open-file limit of the process allows.',
    ),
    connectionsPerAddress: count(1_000_000, 4_000).describe(
      'TCP connections from one address; browsers open up to seven. Those of access.trustProxy count only towards the total.',
    ),
    unansweredRequests: count(10_000, 16).describe(
      'HTTP requests of one connection that wait for an answer. Browsers send one at a time.',
    ),
    requestTimeout: z
      .int()
      .min(1_000)
      .max(3_600_000)
      .default(10_000)
      .describe(
        'Time in which an HTTP request has to arrive whole, ms. TLS handshakes have as long, as it was set when the server started.',
      ),
    answerTimeout: z
      .int()
      .min(100)
      .max(3_600_000)
      .default(20_000)
      .describe(
        'Time after which a client that does not read its HTTP answer is disconnected, ms.',
      ),
    messagesPerSecond: count(100_000, 100).describe(
      'Messages per second on one connection, on average. A long message counts once more for each 16 KiB, and one with a list of consumers or views for each 10 entries.',
    ),
    messageBurst: count(100_000, 500).describe(
      'Messages at once beyond that. As many again are answered with errors, and then the connection is closed with 4008. A request that fails counts once more for each KiB.',
    ),
    pendingBytes: z
      .int()
      .min(16_384)
      .max(1_073_741_824)
      .default(1_048_576)
      .describe(
        'Unanswered requests of one connection, bytes. Further ones are refused. At least twice signalling.maxFrameBytes.',
      ),
    sendBufferBytes: z
      .int()
      .min(65_536)
      .max(1_073_741_824)
      .default(1_048_576)
      .describe(
        'Data buffered for a client that reads slowly, bytes. Beyond it, the connection is closed with 1013.',
      ),
    sendBufferBytesInAll: z
      .int()
      .min(65_536)
      .max(1_099_511_627_776)
      .default(134_217_728)
      .describe(
        'Data buffered on all connections for clients that read slowly, bytes. Beyond it, the connection with the most data is closed with 1013. It may briefly be exceeded by a sixteenth.',
      ),
    keptBytesPerPeer: keptBytes(2_097_152).describe(
      'Events kept for a peer that can be resumed until its client has confirmed them, bytes. Beyond it, the peer is removed, and its connection is closed with 1013. At least sendBufferBytes.',
    ),
    keptBytesPerRoom: keptBytes(16_777_216).describe(
      'Events kept for all peers of a room in that way, bytes; an event for several peers counts once. Beyond it, the peer with the most is removed. At least keptBytesPerPeer.',
    ),
    keptBytes: keptBytes(67_108_864).describe(
      'Events kept for all peers of the server in that way, bytes. At least keptBytesPerRoom.',
    ),
    answersPerPeer: count(100_000, 256).describe(
      'Answers to requests with a key that are kept for a peer, in case its client sends them again. Beyond it, the oldest are forgotten.',
    ),
    answerBytesPerPeer: z
      .int()
      .min(4_096)
      .max(1_073_741_824)
      .default(262_144)
      .describe(
        'Such answers for a peer, bytes. Beyond it, the oldest are forgotten.',
      ),
    answerBytes: keptBytes(33_554_432).describe(
      'Such answers for all peers of the server, bytes. Beyond it, those of the peer with the most are forgotten.',
    ),
    transportsPerPeer: count(10_000, 16).describe('Transports of one peer.'),
    producersPerPeer: count(10_000, 16).describe('Tracks that one peer sends.'),
    producersPerSource: count(10_000, 1).describe(
      'Tracks that one peer sends from one source, such as its camera. Tracks without a source do not count.',
    ),
    appDataBytesPerPeer: z
      .int()
      .min(4_096)
      .max(1_073_741_824)
      .default(16_384)
      .describe(
        'The appData of all tracks and data channels that one peer sends, bytes of JSON. Every peer that joins its room receives all of it.',
      ),
    metadataBytes: z
      .int()
      .min(2)
      .max(65_536)
      .default(4_096)
      .describe(
        'The metadata of a room, and that of a peer, bytes of JSON. Every peer that joins the room receives all of it.',
      ),
    consumersPerPeer: count(100_000, 2_000).describe(
      'Tracks that one peer receives.',
    ),
    dataProducersPerPeer: count(10_000, 16).describe(
      'Data channels over which one peer sends.',
    ),
    dataConsumersPerPeer: count(65_535, 1_000).describe(
      'Data channels over which one peer receives. Browsers support about a thousand per transport.',
    ),
    calls: count(1_000_000, 10_000).describe('Calls at a time.'),
    callsPerMinute: count(1_000_000, 10).describe(
      'Calls that one user starts per minute, on average, and at once.',
    ),
    guestsPerMinute: count(1_000_000, 60).describe(
      "Guests' sessions that are started per minute from one address, on average.",
    ),
    guestBurst: count(1_000_000, 200).describe(
      'Such sessions at once, replenished at the rate above.',
    ),
    signalsPerSecond: count(100_000, 20).describe(
      'Signals per second that one participant of a call sends to others, on average.',
    ),
    signalBurst: count(100_000, 50).describe(
      'Such signals at once, replenished at the rate above.',
    ),
    sdpBytes: z
      .int()
      .min(4_096)
      .max(1_048_576)
      .default(65_536)
      .describe(
        'An offer or answer in such a signal, and a whole signal in a session, bytes.',
      ),
    sessionsPerMinute: count(1_000_000, 20).describe(
      'Sessions (POST /session) that are created per minute from one address, on average.',
    ),
    sessionBurst: count(1_000_000, 60).describe(
      'Such sessions at once, replenished at the rate above.',
    ),
    sessionEntriesPerMinute: count(1_000_000, 120).describe(
      'Entries to sessions per minute from one address, on average: tickets (POST /connect), and connects on sockets without one.',
    ),
    sessionEntryBurst: count(1_000_000, 500).describe(
      'Such entries at once, replenished at the rate above.',
    ),
    transcriptionLength: count(100_000, 4_000).describe(
      'A transcribed text of a call, characters.',
    ),
    incomingBitrate: z
      .int()
      .min(100_000)
      .max(4_294_967_295)
      .default(20_000_000)
      .describe(
        'Bitrate up to which a client may send over one transport, bit/s. Browsers respect it.',
      ),
  },
);

/** The options of the section `limits`. */
export type Limits = OptionsOf<typeof limitsSection>;

/** The name of a limit. */
export type LimitName = keyof Limits;

/** A limit on all clients together, and how much of it is used. */
export interface LimitUse {
  option: LimitName;
  limit: number;
  used: number;
}
