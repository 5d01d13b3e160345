import type { Contract } from './Contract.ts';
import { plainBody } from './SocketContract.ts';
import type { BadHandshake, Verdict } from './SocketContract.ts';

const noMessage: Verdict = {
  closes: 1002,
  reason: 'expected a protoo message, an object',
};
const noKind: Verdict = {
  closes: 1002,
  reason: 'expected a protoo request, response or notification',
};
const noJson: Verdict = { closes: 1007, reason: 'expected JSON' };
const noNumericId: Verdict = {
  closes: 1002,
  reason: 'expected a protoo request with a number as its id',
};
const noMethod: Verdict = {
  closes: 1002,
  reason: 'expected a protoo request with a string as its method',
};

/** Handshakes that the gateway refuses. */
export const badHandshakes: Contract['badHandshakes'] = {
  'no subprotocol': badQuery('roomId=r&peerId=p', /Sec-WebSocket-Protocol/, {
    'Sec-WebSocket-Protocol': '',
  }),
  'another subprotocol': badQuery(
    'roomId=r&peerId=p',
    /^Sec-WebSocket-Protocol: expected "protoo", got "json, protoo2"$/,
    { 'Sec-WebSocket-Protocol': 'json, protoo2' },
  ),
  'no query': badQuery('', /^roomId: expected string, got nothing$/),
  'no roomId': badQuery('peerId=p', /^roomId: expected string, got nothing$/),
  'no peerId': badQuery('roomId=r', /^peerId: expected string, got nothing$/),
  'an empty roomId': badQuery('roomId=&peerId=p', /^roomId: .+, got ""/),
  'an empty peerId': badQuery('roomId=r&peerId=', /^peerId: .+, got ""/),
  'two roomIds': badQuery(
    'roomId=a&roomId=b&peerId=p',
    /^roomId: expected it once in the URL, got it 2 times$/,
  ),
  'two peerIds': badQuery(
    'roomId=a&peerId=b&peerId=b',
    /^peerId: expected it once in the URL, got it 2 times$/,
  ),
  'a roomId with a space': badQuery(
    'roomId=a%20b&peerId=p',
    /^roomId: expected no spaces and no invisible or control characters, got "a b"$/,
  ),
  'a plus that means a space': badQuery(
    'roomId=a+b&peerId=p',
    /^roomId: expected no spaces/,
  ),
  'a peerId with NUL': badQuery(
    'roomId=r&peerId=a%00b',
    /^peerId: expected no spaces and no invisible or control characters/,
  ),
  'a peerId with a line end': badQuery(
    'roomId=r&peerId=a%0D%0Ab',
    /^peerId: expected no spaces and no invisible or control characters/,
  ),
  'a peerId with an invisible line separator': badQuery(
    'roomId=r&peerId=a%E2%80%A8b',
    /^peerId: expected no spaces and no invisible or control characters/,
  ),
  'a roomId of 129 characters': badQuery(
    `roomId=${'r'.repeat(129)}&peerId=p`,
    /^roomId: expected a length of at most 128, got "r+…$/,
  ),
  'a path of no contract': {
    path: '/nowhere?roomId=r&peerId=p',
    headers: { 'Sec-WebSocket-Protocol': 'protoo' },
    status: 404,
    body: plainBody(
      'NOT_FOUND',
      /^no WebSocket contract is served at \/nowhere/,
    ),
  },
};

/** The refusals of frames that are messages of no contract. */
export const garbage: Contract['garbage'] = {
  null: noMessage,
  'an empty list': noMessage,
  'a list of messages': noMessage,
  '100,000 nested lists': noMessage,
  zero: noMessage,
  'a negative number': noMessage,
  'a number too big to be one': noMessage,
  'a string': noMessage,
  true: noMessage,
  'an empty object': noKind,
  'an object with a prototype': noKind,
  'an object with a constructor': noKind,
  nothing: noJson,
  'half of some JSON': noJson,
  'NaN, which JSON has not': noJson,
  'no JSON': noJson,
};

/** Frames that are almost protoo messages, with their refusals. */
export const malformed: Contract['malformed'] = {
  'a request without an id': {
    frame: '{"request":true,"method":"leaveRoom"}',
    verdict: noNumericId,
  },
  'a request with a string as its id': {
    frame: '{"request":true,"id":"1","method":"leaveRoom"}',
    verdict: noNumericId,
  },
  'a request with an id that no answer could carry': {
    frame: '{"request":true,"id":1e999,"method":"leaveRoom"}',
    verdict: noNumericId,
  },
  'a request without a method': {
    frame: '{"request":true,"id":1}',
    verdict: noMethod,
  },
  'a request with a list as its method': {
    frame: '{"request":true,"id":1,"method":["leaveRoom"]}',
    verdict: noMethod,
  },
  'a request that is only true-ish': {
    frame: '{"request":1,"id":1,"method":"leaveRoom"}',
    verdict: noKind,
  },
  'a response without an id': {
    frame: '{"response":true,"ok":true}',
    verdict: {
      closes: 1002,
      reason: 'expected a protoo response with a number as its id',
    },
  },
  'a notification without a method': {
    frame: '{"notification":true,"data":{}}',
    verdict: {
      closes: 1002,
      reason: 'expected a protoo notification with a string as its method',
    },
  },
};

/** Valid protoo messages that the server does not expect. */
export const ignored: Contract['ignored'] = {
  'a response to nothing': '{"response":true,"id":1,"ok":true,"data":{}}',
  'a refusal of nothing':
    '{"response":true,"id":2,"ok":false,"errorCode":500,"errorReason":"x"}',
  'a notification': '{"notification":true,"method":"peerLeft","data":{}}',
  'a notification named as a request':
    '{"notification":true,"method":"leaveRoom"}',
  'a notification named __proto__':
    '{"notification":true,"method":"__proto__","data":null}',
};

function badQuery(
  query: string,
  message: RegExp,
  headers: Record<string, string> = { 'Sec-WebSocket-Protocol': 'protoo' },
): BadHandshake {
  return {
    path: `/?${query}`,
    headers,
    status: 400,
    body: plainBody('VALIDATION_ERROR', message),
  };
}
