import { availableParallelism } from 'node:os';

import { z } from 'zod';

import { isProxy } from '../limits/forwarded.ts';
import { limitsSection } from '../limits/options.ts';
import {
  announcedAddress,
  listenHost,
  listenIp,
  originSchema,
  userUrl,
} from './addresses.ts';
import { keySchema, secretSchema } from './keys.ts';
import { LOG_FORMATS, LOG_LEVELS } from '../core/logFormat.ts';
import { count, section } from '../core/section.ts';

const MAX_PORT = 65_535;

const port = z.int().min(0).max(MAX_PORT);

/**
 * The URLs of ICE servers that browsers take; they throw on any other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7064, https://www.rfc-editor.org/rfc/rfc7065
 */
const ICE_URL =
  /^(?!stun.*\?)(?:stun|turn)s?:(?:(?:[a-zA-Z\d](?:[\w-]*[a-zA-Z\d])?\.)*[a-zA-Z\d](?:[\w-]*[a-zA-Z\d])?|\[[\da-f:.]+\])(?::(?<port>[1-9]\d{0,4}))?(?:\?transport=(?:udp|tcp))?$/;

const isIceUrl = (url: string): boolean => {
  const found = ICE_URL.exec(url);
  return found !== null && Number(found.groups?.['port'] ?? 1) <= MAX_PORT;
};

const isTurn = (url: string): boolean => url.startsWith('turn');

/** A server that helps clients to connect, and what it lets them in for. */
const iceServerSchema = z
  .strictObject({
    urls: z
      .array(
        z.string().refine(isIceUrl, {
          message:
            'expected a URL such as stun:stun.example:3478 or turn:turn.example:3478?transport=tcp',
          abort: true,
        }),
      )
      .min(1)
      .max(8),
    username: z.string().min(1).optional(),
    credential: z.string().min(1).optional(),
    secret: secretSchema.optional(),
  })
  .refine(
    ({ urls, username, credential, secret }) => {
      const given = [username, credential, secret].map(
        (it) => it !== undefined,
      );
      const right = urls.some(isTurn)
        ? ['true,true,false', 'false,false,true']
        : ['false,false,false'];
      return right.includes(given.join());
    },
    {
      message:
        'expected a secret, or a username and a credential, for turn: and turns:, and none of them for stun: alone',
    },
  );

/** Characters of an origin of the web, none of which ends a value in a header. */
const WEB_ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/;

const isWebOrigin = (value: string): boolean =>
  WEB_ORIGIN.test(value) && URL.parse(value)?.origin === value;

/**
 * Every option, with its default and what it is for. Types, validation and
 * `config.example.ts` follow from this table.
 */
export const configSchema = z.strictObject({
  listen: section('Where HTTPS and the signalling are served.', {
    host: listenHost
      .default('127.0.0.1')
      .describe('Address to listen on; 0.0.0.0 or :: for all interfaces.'),
    port: port
      .default(4443)
      .describe('TCP port; 0 takes any free one. Environment: ATRIUM_PORT.'),
  }),
  tls: section(
    'The certificate, PEM. Renewed files are served without a restart. If there are none and the server listens on loopback only, it makes a self-signed pair.',
    {
      cert: z
        .string()
        .min(1)
        .default('certs/cert.pem')
        .describe('Certificate chain; relative to the project.'),
      key: z
        .string()
        .min(1)
        .default('certs/key.pem')
        .describe('Private key; relative to the project.'),
    },
  ),
  rtc: section('Where the media workers receive and send.', {
    listenIp: listenIp
      .default('127.0.0.1')
      .describe('IP address that the workers bind.'),
    announcedAddress: announcedAddress
      .optional()
      .describe(
        'Public IP address or host name that clients are told to send media to; needed behind NAT and where listenIp is 0.0.0.0 or ::. With listenIp :: it may be a list of one IPv4 and one IPv6 address (in the environment with a comma between them).',
      ),
    port: port
      .default(25_200)
      .describe(
        'First UDP and TCP port; worker N takes port + N. 0 takes any free ones.',
      ),
    udp: z.boolean().default(true).describe('Offer ICE over UDP.'),
    tcp: z.boolean().default(true).describe('Offer ICE over TCP.'),
    iceConsentTimeout: z
      .int()
      .min(5)
      .max(60)
      .default(15)
      .describe(
        'A client whose network is silent for this long is disconnected, s.',
      ),
    initialOutgoingBitrate: z
      .int()
      .min(30_000)
      .max(100_000_000)
      .default(1_000_000)
      .describe(
        'What a receiver is assumed to take before it is measured, bit/s.',
      ),
  }),
  ice: section(
    'STUN and TURN servers that clients are told of. Only those on networks that let nothing through to the media ports need any.',
    {
      servers: z
        .array(iceServerSchema)
        .max(16)
        .default([])
        .describe(
          'Each has urls, and for TURN a username and a credential, or the secret that it shares with coturn (use-auth-secret): then every client gets a credential of its own. Environment: ATRIUM_TURN_URLS, with commas between them, and ATRIUM_TURN_SECRET, for one server.',
        ),
      ttl: z
        .int()
        .min(60)
        .max(604_800)
        .default(43_200)
        .describe('How long such a credential is good, s.'),
    },
  ),
  workers: section('The mediasoup worker processes.', {
    count: z
      .int()
      .min(1)
      .max(256)
      .default(availableParallelism())
      .describe('How many workers run; one a CPU core unless set.'),
    logLevel: z
      .enum(['debug', 'warn', 'error', 'none'])
      .default('warn')
      .describe('What the workers log.'),
    probeInterval: z
      .int()
      .min(100)
      .max(60_000)
      .default(2_000)
      .describe('Time between two requests that try if a worker answers, ms.'),
    probeTimeout: z
      .int()
      .min(100)
      .max(60_000)
      .default(5_000)
      .describe(
        'A worker that has not answered for this long gets nothing new until it answers, ms.',
      ),
    hangTimeout: z
      .int()
      .min(200)
      .max(600_000)
      .default(15_000)
      .describe(
        'A worker that has not answered for this long, or takes longer to start, is killed and replaced, ms. More than probeTimeout.',
      ),
  }),
  rooms: section('Rooms, however they came into being.', {
    maxPeers: z
      .int()
      .min(1)
      .max(100_000)
      .default(500)
      .describe('Most peers in one room; a room may be created with fewer.'),
    consumersPerRouter: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(400)
      .describe(
        'Consumers that a room has on one worker before further peers of it are placed on another, the one that carries the fewest. 0: every peer is placed on that one.',
      ),
    emptyTimeout: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(300_000)
      .describe(
        'Time that a room created by name stays without anybody in it, ms. A room that came into being because somebody joined goes with the last one.',
      ),
    resumeTimeout: z
      .int()
      .min(0)
      .max(300_000)
      .default(15_000)
      .describe(
        'Time that a peer is kept whose connection broke, with its media running, so that its client can resume it, ms. 0: not at all.',
      ),
    layerReleaseDelay: z
      .int()
      .min(0)
      .max(600_000)
      .default(1_000)
      .describe(
        'Time for which less must be wanted of a track before its sender is told to send less, ms. More is told at once.',
      ),
  }),
  speakers: section(
    'Who speaks: what the members of a room are told of the microphones in it.',
    {
      activeInterval: z
        .int()
        .min(100)
        .max(5_000)
        .default(300)
        .describe('Time between two looks at who speaks most, ms.'),
      levelsInterval: z
        .int()
        .min(250)
        .max(5_000)
        .default(800)
        .describe('Time over which a volume is averaged, ms.'),
      threshold: z
        .int()
        .min(-127)
        .max(0)
        .default(-70)
        .describe('What is not louder than this counts as silence, dBov.'),
      maxLevels: z
        .int()
        .min(1)
        .max(100)
        .default(10)
        .describe('Most peers whose volume is told at a time, the loudest.'),
    },
  ),
  auth: section('Who may come in.', {
    mode: z
      .enum(['open', 'token'])
      .default('open')
      .describe(
        '"open" lets anybody into any room under any name; "token" takes a JWT at the handshake and believes nothing else. /ws always takes a token.',
      ),
    allowOpen: z
      .boolean()
      .default(false)
      .describe(
        'Whether mode "open" is meant where others than this machine can connect.',
      ),
    enforceExpiry: z
      .boolean()
      .default(false)
      .describe(
        'Whether a peer is put out of its room when its token expires; its client is told a minute before. Without it a token only has to be good at the door.',
      ),
    keys: z
      .array(keySchema)
      .max(16)
      .default([])
      .describe(
        'Keys that tokens are signed with; several during a rotation. Environment: ATRIUM_AUTH_SECRET, one HS256 secret. Without a key, /ws is not served.',
      ),
    clockTolerance: z
      .int()
      .min(0)
      .max(300)
      .default(10)
      .describe(
        'Difference between the clocks of this server and of the one that makes tokens, s. A token is good for so much longer, and so much earlier.',
      ),
    users: section('The service that knows the users, for tokens of /ws.', {
      url: userUrl
        .optional()
        .describe(
          'Asked with the token of the user, such as https://users.example/api/users/{id}/; 404 means that the user is no more. Tokens are enough where it is not set.',
        ),
      timeout: z
        .int()
        .min(100)
        .max(60_000)
        .default(3_000)
        .describe('Longest wait for its answer, ms.'),
      cacheTime: z
        .int()
        .min(0)
        .max(3_600_000)
        .default(60_000)
        .describe('How long an answer is good, ms.'),
    }),
  }),
  access: section('From where clients may come.', {
    origins: z
      .array(originSchema)
      .max(1_000)
      .default([])
      .describe(
        'Origins whose pages may use the server beside its own, over HTTP and WebSocket. What is no browser names no origin and is let pass.',
      ),
    embedders: z
      .array(
        z.string().refine(isWebOrigin, {
          message:
            'expected an origin as browsers write it, such as https://app.example or https://xn--caf-dma.example:8443',
        }),
      )
      .max(100)
      .default([])
      .describe(
        'Origins whose pages may show the page of this server in a frame. Nobody else may.',
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
        'Reverse proxies. From these, X-Forwarded-For, -Host and -Proto, or Forwarded, say who the client is and what it calls this server. Unless they are set, limits by address count all that comes through a proxy as one.',
      ),
  }),
  limits: limitsSection,
  signalling: section('The connections of clients.', {
    maxFrameBytes: z
      .int()
      .min(16_384)
      .max(16_777_216)
      .default(262_144)
      .describe('Longest message accepted, bytes.'),
    pingInterval: z
      .int()
      .min(100)
      .max(300_000)
      .default(10_000)
      .describe('Time between pings, ms; a client that misses two is gone.'),
    joinTimeout: z
      .int()
      .min(100)
      .max(300_000)
      .default(10_000)
      .describe('Time a connection may stay without joining a room, ms.'),
  }),
  ops: section(
    'Where metrics and status are served. They say more than strangers should know, so on an address that others reach they are served at a port of their own or not at all.',
    {
      host: listenHost
        .default('127.0.0.1')
        .describe(
          'Address for port; whoever reaches it sees everything, over plain HTTP.',
        ),
      port: port
        .optional()
        .describe(
          'TCP port for all resources, /metrics, /metrics/json and /status among them; 0 takes any free one. Unless set, they are served with everything else while listen.host is a loopback address and access.trustProxy names no proxy, and nowhere otherwise.',
        ),
    },
  ),
  shutdown: section('The end of the server, when it is asked to stop.', {
    drainTimeout: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(30_000)
      .describe(
        'Longest time that the server waits for its rooms to empty after SIGTERM, ms. It creates no new rooms meanwhile.',
      ),
  }),
  log: section('What the server logs to standard error.', {
    level: z
      .enum(LOG_LEVELS)
      .default('info')
      .describe('The DEBUG variable overrides it: DEBUG="atrium:*".'),
    format: z
      .enum(LOG_FORMATS)
      .default('text')
      .describe(
        'One line an entry in both: "text" for people and for the journal, "json" for programs that collect logs.',
      ),
    burst: count(1_000_000, 500).describe(
      'Entries of one kind about one address that are logged at once: refusals, joins, closed connections. Beyond that it is one a second, and the number of the others.',
    ),
  }),
});
