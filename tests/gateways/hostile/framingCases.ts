import { frameBytes, OPCODES } from '../../support/frames.ts';

const MAX_FRAME_BYTES = 262_144;

/** The parts to write, one by one, and the expected outcome. */
export interface Case {
  writes: readonly Buffer[];
  /** Payloads of pongs, in order. */
  pongs?: readonly Buffer[];
  /** Names of requests that are answered, in order. */
  answers?: readonly string[];
  /** The code that the server closes with, unless the connection stays open. */
  code?: number;
}

type Cases = Record<string, Case>;

/** A request that is refused with its own name, so that the text comes back. */
function ask(name: string | Buffer, length = 0): Buffer {
  const request = Buffer.concat([
    Buffer.from('{"request":true,"id":1,"method":"'),
    Buffer.from(name),
    Buffer.from('"}'),
  ]);
  const padding = Math.max(0, length - request.length);
  return Buffer.concat([request, Buffer.alloc(padding, ' ')]);
}

const ping = (payload: string | Buffer = ''): Buffer =>
  frameBytes(payload, { opcode: OPCODES.ping });
const pong = (payload: string | Buffer = ''): Buffer =>
  frameBytes(payload, { opcode: OPCODES.pong });

function goodbye(code?: number, reason: string | Buffer = ''): Buffer {
  const payload = code === undefined ? [] : [code >> 8, code & 0xff];
  return frameBytes(
    Buffer.concat([Buffer.from(payload), Buffer.from(reason)]),
    { opcode: OPCODES.close },
  );
}

/** A message in frames of at most so many bytes. */
function inPieces(message: Buffer, size: number): Buffer[] {
  const count = Math.ceil(message.length / size);
  return Array.from({ length: count }, (_, index) =>
    frameBytes(message.subarray(index * size, (index + 1) * size), {
      opcode: index === 0 ? OPCODES.text : OPCODES.continuation,
      fin: index === count - 1,
    }),
  );
}

/** The bytes one by one, or so many at a time. */
function chopped(bytes: Buffer, size = 1): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

/** The same writes, in one piece or byte by byte. */
function bothWays(name: string, { writes, ...expected }: Case): Cases {
  const together = Buffer.concat(writes);
  return {
    [name]: { writes: [together], ...expected },
    [`${name}, byte by byte`]: { writes: chopped(together), ...expected },
  };
}

const everyByte = Buffer.from(Array.from({ length: 125 }, (_, n) => n + 131));
const manyPings = Array.from({ length: 10 }, (_, n) => Buffer.from(`p${n}`));

const framing: Cases = {
  'an empty text': { writes: [frameBytes('')], code: 1007 },
  ...Object.fromEntries(
    [125, 126, 127, 128, 65_535, 65_536].map((length) => [
      `a text of ${length} bytes`,
      { writes: [frameBytes(ask('long', length))], answers: ['long'] },
    ]),
  ),
  'a text of 65536 bytes in odd parts': {
    writes: chopped(frameBytes(ask('long', 65_536)), 997),
    answers: ['long'],
  },
  'the longest message, in frames of 4 KiB': {
    writes: inPieces(ask('long', MAX_FRAME_BYTES), 4_096),
    answers: ['long'],
  },
  'the longest message, in frames of 256 bytes': {
    writes: [Buffer.concat(inPieces(ask('long', MAX_FRAME_BYTES), 256))],
    answers: ['long'],
  },
  'an empty binary message': {
    writes: [frameBytes('', { opcode: OPCODES.binary })],
    code: 1003,
  },
  'a binary message of 64 KiB': {
    writes: [frameBytes(Buffer.alloc(65_536), { opcode: OPCODES.binary })],
    code: 1003,
  },
  'a binary message in pieces': {
    writes: [
      frameBytes('{', { opcode: OPCODES.binary, fin: false }),
      frameBytes('}', { opcode: OPCODES.continuation }),
    ],
    code: 1003,
  },
};

const pings: Cases = {
  ...bothWays('an empty ping', { writes: [ping()], pongs: [Buffer.alloc(0)] }),
  ...bothWays('the longest ping, of bytes that are no text', {
    writes: [ping(everyByte)],
    pongs: [everyByte],
  }),
  ...bothWays('ten pings in a row', {
    writes: manyPings.map(ping),
    pongs: manyPings,
  }),
  'pongs that answer nothing': {
    writes: [pong(), pong('unasked'), ping('after')],
    pongs: [Buffer.from('after')],
  },
  'a pong that is too long': { writes: [pong('x'.repeat(126))], code: 1002 },
  'a pong in pieces': {
    writes: [frameBytes('', { opcode: OPCODES.pong, fin: false })],
    code: 1002,
  },
  'pings between many pieces': {
    writes: inPieces(ask('pieces'), 8).flatMap((piece, index, { length }) =>
      index < length - 1 ? [piece, ping(String(index))] : [piece],
    ),
    pongs: Array.from(
      { length: Math.ceil(ask('pieces').length / 8) - 1 },
      (_, index) => Buffer.from(String(index)),
    ),
    answers: ['pieces'],
  },
};

/** A bad frame ends the connection; what came before it is answered. */
function afterRequest(bad: Buffer): Case {
  return { writes: [frameBytes(ask('first')), bad], answers: ['first'] };
}

const reserved: Cases = Object.fromEntries([
  ...[1, 2, 3, 5, 6, 7].map((bits): [string, Case] => [
    `reserved bits ${bits} on a text`,
    { writes: [frameBytes('{}', { reserved: bits })], code: 1002 },
  ]),
  ...(['ping', 'pong', 'close'] as const).map((name): [string, Case] => [
    `a reserved bit on a ${name}`,
    {
      writes: [frameBytes('', { opcode: OPCODES[name], reserved: 4 })],
      code: 1002,
    },
  ]),
  ...[4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode): [string, Case][] => [
    [`opcode ${opcode}`, { writes: [frameBytes('', { opcode })], code: 1002 }],
    [
      `opcode ${opcode} with a payload, after a request`,
      { ...afterRequest(frameBytes('x', { opcode })), code: 1002 },
    ],
  ]),
]);

const fragments: Cases = {
  ...bothWays('a text in two pieces', {
    writes: inPieces(ask('pieces'), 30),
    answers: ['pieces'],
  }),
  'empty pieces around a text': {
    writes: [
      frameBytes('', { fin: false }),
      frameBytes(ask('pieces'), { opcode: OPCODES.continuation, fin: false }),
      frameBytes('', { opcode: OPCODES.continuation }),
    ],
    answers: ['pieces'],
  },
  'a continuation without an end of nothing': {
    writes: [
      frameBytes('{', { opcode: OPCODES.continuation, fin: false }),
      frameBytes('}'),
    ],
    code: 1002,
  },
  'a continuation after a whole text': {
    ...afterRequest(frameBytes('{}', { opcode: OPCODES.continuation })),
    code: 1002,
  },
  'a continuation after a text that has ended': {
    writes: [
      ...inPieces(ask('pieces'), 30),
      frameBytes('{}', { opcode: OPCODES.continuation }),
    ],
    answers: ['pieces'],
    code: 1002,
  },
  'a binary frame within a text': {
    writes: [
      frameBytes('{', { fin: false }),
      frameBytes('}', { opcode: OPCODES.binary }),
    ],
    code: 1002,
  },
};

const characters = [
  'κόσμε',
  'Hello-µ@ßöäüàá-UTF-8',
  ...[0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xfffe, 0xffff].map((code) =>
    String.fromCodePoint(code),
  ),
  ...[0x1_0000, 0x1_fffe, 0x10_fffe, 0x10_ffff].map((code) =>
    String.fromCodePoint(code),
  ),
];

/** Bytes that are no UTF-8, in hex. */
const NOT_UTF8: Readonly<Record<string, string>> = {
  'a continuation byte alone': '80',
  'the last continuation byte alone': 'bf',
  'all continuation bytes': Buffer.from(
    Array.from({ length: 64 }, (_, n) => 0x80 + n),
  ).toString('hex'),
  'starts of two bytes without an end': 'c220c320',
  'starts of three bytes without an end': 'e020ef20',
  'starts of four bytes without an end': 'f020f420',
  'two bytes of three': 'e281',
  'three bytes of four': 'f09f98',
  'an impossible byte': 'fe',
  'the other impossible byte': 'ff',
  'a slash in two bytes': 'c0af',
  'a slash in three bytes': 'e080af',
  'a slash in four bytes': 'f08080af',
  'a nought in two bytes': 'c080',
  'the greatest overlong of two bytes': 'c1bf',
  'the greatest overlong of three bytes': 'e09fbf',
  'the greatest overlong of four bytes': 'f08fbfbf',
  'the first surrogate': 'eda080',
  'the last surrogate': 'edbfbf',
  'a pair of surrogates': 'eda080edb080',
  'a character beyond the last': 'f4908080',
  'a sequence of five bytes': 'f888808080',
  'a sequence of six bytes': 'fc8480808080',
};

const utf8: Cases = Object.fromEntries([
  ...characters.flatMap((text): [string, Case][] => {
    const name = Array.from(text, (it) => it.codePointAt(0)?.toString(16));
    const message = ask(text);
    return [
      [`U+${name.join(' ')}`, { writes: [frameBytes(message)] }],
      [
        `U+${name.join(' ')}, in frames of a byte`,
        { writes: inPieces(message, 1) },
      ],
    ].map(([title, it]) => [title, { ...(it as Case), answers: [text] }]) as [
      string,
      Case,
    ][];
  }),
  ...Object.entries(NOT_UTF8).flatMap(([name, hex]): [string, Case][] => {
    const message = ask(Buffer.from(hex, 'hex'));
    return [
      [name, { writes: [frameBytes(message)], code: 1007 }],
      [
        `${name}, in frames of a byte`,
        { writes: inPieces(message, 1), code: 1007 },
      ],
    ];
  }),
]);

const GOOD_CODES = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000,
  3999, 4000, 4999,
];
const BAD_CODES = [
  0, 999, 1004, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535,
];

const goodbyes: Cases = {
  'no code': { writes: [goodbye()], code: 1005 },
  ...Object.fromEntries([
    ...GOOD_CODES.map((code) => [
      `code ${code}`,
      { writes: [goodbye(code)], code },
    ]),
    ...BAD_CODES.map((code) => [
      `code ${code}, which may not be sent`,
      { writes: [goodbye(code)], code: 1002 },
    ]),
  ]),
  'the longest reason': {
    writes: [goodbye(1000, 'x'.repeat(123))],
    code: 1000,
  },
  'a reason that is too long': {
    writes: [goodbye(1000, 'x'.repeat(124))],
    code: 1002,
  },
  'a reason of many bytes a character': {
    writes: [goodbye(1000, 'κόσμε')],
    code: 1000,
  },
  'a goodbye in pieces': {
    writes: [
      frameBytes(Buffer.from([0x03, 0xe8]), {
        opcode: OPCODES.close,
        fin: false,
      }),
    ],
    code: 1002,
  },
  'a request and then a goodbye': {
    writes: [frameBytes(ask('last')), goodbye(1000)],
    answers: ['last'],
    code: 1000,
  },
  'a goodbye and then another': {
    writes: [Buffer.concat([goodbye(1000), goodbye(1001)])],
    code: 1000,
  },
  'a goodbye and then a request and a ping': {
    writes: [Buffer.concat([goodbye(1000), frameBytes(ask('late')), ping()])],
    code: 1000,
  },
  'a goodbye within a text': {
    writes: [
      Buffer.concat([
        frameBytes('{', { fin: false }),
        goodbye(1000),
        frameBytes('}', { opcode: OPCODES.continuation }),
      ]),
    ],
    code: 1000,
  },
};

/**
 * The conformance cases that Autobahn's suite made customary, as far as they
 * apply to text without compression; `frames.test.ts` has the plain violations.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5
 */
export const FRAMING: Readonly<Record<string, Cases>> = {
  'lengths and kinds': framing,
  'pings and pongs': pings,
  'reserved bits and opcodes': reserved,
  pieces: fragments,
  'UTF-8': utf8,
  goodbyes,
};
