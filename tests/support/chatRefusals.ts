import jwt from 'jsonwebtoken';

import { accessToken, accountToken, endedToken } from './chatAccount.ts';
import { userToken } from './JsonClient.ts';
import { plainBody } from './SocketContract.ts';
import type { BadHandshake, SocketContract } from './SocketContract.ts';

const claims = jwt.decode(accessToken, { json: true }) ?? {};

const authorized = { Authorization: `Bearer ${accessToken}` };

/** Texts that are the id of no room. */
const NO_ROOMS = [
  '1e3',
  '%31',
  '0x1',
  '+1',
  '-1',
  '-0',
  '0',
  '1.0',
  '1.5',
  'NaN',
  'null',
  '1%00',
  '1%20',
  '%EF%BC%91',
  '999999',
  '9007199254740992',
  '99999999999999999999',
  '1'.repeat(4_000),
  '__proto__',
  'chat-1',
  '..%2F1',
];

/** Handshakes that the gateway refuses. */
export const badHandshakes: SocketContract['badHandshakes'] = {
  ...Object.fromEntries(
    NO_ROOMS.map((id) => [
      `the room ${id.slice(0, 40)}`,
      unknownRoom(`/ws/chat/${id}/`),
    ]),
  ),
  'no room': unknownRoom('/ws/chat/'),
  'no room and no slash': unknownRoom('/ws/chat'),
  'two slashes before the room': unknownRoom('/ws/chat//1/'),
  'two slashes after the room': unknownRoom('/ws/chat/1//'),
  'a path below the room': unknownRoom('/ws/chat/1/2/'),
  'two slashes at the start': nowhere('//ws/chat/1/'),
  'two slashes within the path': noSession('/ws//chat/1/'),
  'another case': nowhere('/WS/chat/1/'),
  'a path that only starts alike': noSession('/ws/chatter/1/'),
  'no token': noToken(),
  'an empty token': noToken({ Authorization: 'Bearer ' }),
  'a token of another scheme': noToken({ Authorization: 'Basic YTpi' }),
  'the scheme alone': noToken({ Authorization: 'Bearer' }),
  'a subprotocol without a token': noToken({
    'Sec-WebSocket-Protocol': 'bearer',
  }),
  'nonsense for a token': badToken('nonsense'),
  'a token of three parts that are no JSON': badToken('e.e.e'),
  'a token of 10,000 characters': badToken('x'.repeat(10_000)),
  'a token without a signature': badToken(
    jwt.sign(claims, '', { algorithm: 'none' }),
  ),
  'a token whose signature was cut off': badToken(
    accessToken.replace(/[^.]*$/, ''),
  ),
  'a token that another key signed': badToken(
    jwt.sign(claims, 'another secret that is long enough'),
  ),
  'a token whose claims were changed': badToken(
    accessToken.replace(/\.[^.]*\./, `.${encoded({ ...claims, user_id: 2 })}.`),
  ),
  'a token that has expired': badToken(
    accountToken({ exp: 1_700_000_000 }),
    'Token is expired',
  ),
  'a token that never expires': badToken(accountToken({ exp: undefined })),
  'a token of no account': badToken(userToken('1')),
  'a token of no login': badToken(accountToken({ sid: 'no-login' })),
  'a token with the login of another user': badToken(
    accountToken({ user_id: 2 }),
  ),
  'a token of a user whose id is no number': badToken(
    accountToken({ user_id: '1e0x' }),
  ),
  'a refresh token': badToken(
    accountToken({ token_type: 'refresh' }),
    'Token has wrong type',
  ),
  'a token of a login that has ended': badToken(endedToken),
};

/** The contract drops what is not valid. */
export const garbage: SocketContract['garbage'] = {
  null: 'dropped',
  'an empty list': 'dropped',
  'a list of messages': 'dropped',
  '100,000 nested lists': 'dropped',
  zero: 'dropped',
  'a negative number': 'dropped',
  'a number too big to be one': 'dropped',
  'a string': 'dropped',
  true: 'dropped',
  'an empty object': 'dropped',
  'an object with a prototype': 'dropped',
  'an object with a constructor': 'dropped',
  nothing: 'dropped',
  'half of some JSON': 'dropped',
  'NaN, which JSON has not': 'dropped',
  'no JSON': 'dropped',
};

/** Frames that are almost messages. */
export const malformed: SocketContract['malformed'] = Object.fromEntries(
  [
    '{"content":null}',
    '{"content":{"toString":"x"}}',
    '{"content":["x"]}',
    '{"content":""}',
    `{"content":"${' '.repeat(4_000)}"}`,
    `{"content":"${'x'.repeat(4_001)}"}`,
    String.raw`{"content":"\u0000"}`,
    String.raw`{"content":"\ud800"}`,
    '{"type":"content","content":7}',
    '{"type":"constructor","content":"x"}',
    '{"type":"__proto__"}',
    '{"type":["webrtc-offer"],"offer":{"type":"offer","sdp":""}}',
    '{"type":"webrtc-offer","offer":{"type":"answer","sdp":""}}',
    '{"type":"webrtc-offer","__proto__":{"offer":{"type":"offer","sdp":""}}}',
    '{"type":"webrtc-answer","answer":[]}',
    '{"type":"webrtc-ice-candidate","candidate":{"candidate":1}}',
    '{"type":"webrtc-hangup","target_id":"1"}',
    '{"type":"webrtc-hangup","target_id":-1}',
    '{"type":"webrtc-hangup","target_id":1e300}',
    '{"type":"webrtc-hangup","target_id":[1]}',
  ].map((frame) => [frame.slice(0, 80), { frame, verdict: 'dropped' }]),
);

/** Signals that reach no other client. */
export const ignored: SocketContract['ignored'] = {
  'a signal to a user who is not there':
    '{"type":"webrtc-hangup","target_id":999999}',
  'a signal that names another sender':
    '{"type":"webrtc-hangup","sender_id":7}',
};

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function unknownRoom(path: string): BadHandshake {
  return {
    path,
    headers: authorized,
    status: 404,
    body: { detail: 'Not found.' },
  };
}

/** Below /ws, what is no room of the chat API is the address of a session. */
function noSession(path: string): BadHandshake {
  return {
    path,
    headers: authorized,
    status: 404,
    body: plainBody('SESSION_NOT_FOUND', /^there is no such session/),
  };
}

function nowhere(path: string): BadHandshake {
  return {
    path,
    headers: authorized,
    status: 404,
    body: plainBody('NOT_FOUND', /^no WebSocket contract is served at /),
  };
}

function noToken(headers: Record<string, string> = {}): BadHandshake {
  return {
    path: '/ws/chat/1/',
    headers,
    status: 401,
    body: { detail: 'Authentication credentials were not provided.' },
  };
}

function badToken(token: string, problem = 'Token is invalid'): BadHandshake {
  return {
    path: '/ws/chat/1/',
    headers: { Authorization: `Bearer ${token}` },
    status: 401,
    body: {
      detail: 'Given token not valid for any token type',
      code: 'token_not_valid',
      messages: [
        {
          token_class: 'AccessToken',
          token_type: 'access',
          message: problem,
        },
      ],
    },
  };
}
