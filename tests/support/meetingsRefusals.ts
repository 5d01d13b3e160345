import { MEETING_ID } from './meeting.ts';
import { GARBAGE, plainBody } from './SocketContract.ts';
import type {
  BadHandshake,
  SocketContract,
  Verdict,
} from './SocketContract.ts';

/** Addresses of no session. */
const NO_SESSIONS = [
  'none',
  MEETING_ID.toUpperCase(),
  `${MEETING_ID}x`,
  `%61${MEETING_ID.slice(1)}`,
  `${MEETING_ID}%00`,
  `${MEETING_ID}/`,
  `${MEETING_ID}/more`,
  `${MEETING_ID.slice(0, -1)}*`,
  `session-${MEETING_ID}`,
  'a'.repeat(22),
  'a'.repeat(43),
  'a'.repeat(4_000),
  '__proto__',
  'constructor',
  "'or'1'='1",
];

/** Handshakes that the gateway refuses. */
export const badHandshakes: SocketContract['badHandshakes'] = {
  ...Object.fromEntries(
    NO_SESSIONS.map((address) => [
      `the address ${address.slice(0, 60)}`,
      unknown(`/ws/${address}`),
    ]),
  ),
  'two slashes within the path': {
    path: `//ws/${MEETING_ID}`,
    status: 404,
    body: plainBody('NOT_FOUND', /^no WebSocket contract is served at /),
  },
  'no address': unknown('/ws/'),
};

const UNREADABLE: Verdict = {
  refuses: 'VALIDATION_ERROR',
  message:
    /^expected a JSON object with a text as its type, got something else$/,
};

/** The answer to each frame that is no message: an error. */
export const garbage = Object.fromEntries(
  Object.keys(GARBAGE).map((name) => [name, UNREADABLE]),
) as SocketContract['garbage'];

const INVALID = { refuses: 'VALIDATION_ERROR', message: /^data\./ } as const;
const UNKNOWN = {
  refuses: 'UNKNOWN_METHOD',
  message: /^there is no request /,
} as const;
const STRANGER = {
  refuses: 'PEER_NOT_FOUND',
  message: /^to: expected another peer in the session, got /,
} as const;

const FRAMES: readonly (readonly [frame: string, verdict: Verdict])[] = [
  ['{"type":""}', UNKNOWN],
  ['{"type":"Offer"}', UNKNOWN],
  ['{"type":"constructor"}', UNKNOWN],
  ['{"type":"__proto__"}', UNKNOWN],
  ['{"type":"connected"}', UNKNOWN],
  ['{"type":"error"}', UNKNOWN],
  ['{"type":["offer"]}', UNREADABLE],
  ['{"type":"connect","name":7}', INVALID],
  ['{"type":"connect","name":""}', INVALID],
  [String.raw`{"type":"connect","name":"\u0000"}`, INVALID],
  ['{"type":"connect","peerId":""}', INVALID],
  ['{"type":"connect","peerId":"a b"}', INVALID],
  ['{"type":"connect","password":{}}', INVALID],
  [String.raw`{"type":"connect","password":"\ud800"}`, INVALID],
  [
    '{"type":"connect"}',
    { refuses: 'ALREADY_JOINED', message: /send disconnect first$/ },
  ],
  ['{"type":"offer","to":7}', INVALID],
  ['{"type":"offer","to":null}', INVALID],
  ['{"type":"offer","to":["x"]}', INVALID],
  ['{"type":"offer","to":""}', INVALID],
  ['{"type":"offer","to":"nobody"}', STRANGER],
  ['{"type":"answer","to":"__proto__"}', STRANGER],
  ['{"type":"ice-candidate","to":"constructor"}', STRANGER],
  [
    `{"type":"offer","sdp":"${'x'.repeat(65_536)}"}`,
    {
      refuses: 'VALIDATION_ERROR',
      message:
        /^limits\.sdpBytes: expected a signal of at most 65536 bytes, got 6\d+$/,
    },
  ],
];

/** Frames that are almost messages. */
export const malformed: SocketContract['malformed'] = Object.fromEntries(
  FRAMES.map(([frame, verdict]) => [frame.slice(0, 80), { frame, verdict }]),
);

function unknown(path: string): BadHandshake {
  return {
    path,
    status: 404,
    body: plainBody(
      'SESSION_NOT_FOUND',
      /^(?:there is no such session|the ticket)/,
    ),
  };
}
