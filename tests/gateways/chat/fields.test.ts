import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ChatSite } from './ChatSite.ts';
import type { Member } from './ChatSite.ts';

const REQUIRED = 'This field is required.';
const NULL = 'This field may not be null.';
const BLANK = 'This field may not be blank.';
const NOT_TEXT = 'Not a valid string.';
const NUL = 'Null characters are not allowed.';
const SURROGATE = 'Surrogate characters are not allowed: U+D800.';

type Case = [value: unknown, ...messages: string[]];

/** Values that no text may have. */
const NO_TEXTS: readonly Case[] = [
  [null, NULL],
  [true, NOT_TEXT],
  [false, NOT_TEXT],
  [[], NOT_TEXT],
  [['a'], NOT_TEXT],
  [{}, NOT_TEXT],
  [{ a: 1 }, NOT_TEXT],
];

const BLANKS: readonly Case[] = [
  ['', BLANK],
  [' \t\n', BLANK],
];

function tooLong(max: number): Case {
  return [
    'é'.repeat(max + 1),
    `Ensure this field has no more than ${max} characters.`,
  ];
}

const name: readonly Case[] = [
  ...NO_TEXTS,
  ...BLANKS,
  tooLong(100),
  ['a\0b', NUL],
  ['a\ud800b', SURROGATE],
  [
    `\0${'a'.repeat(100)}`,
    'Ensure this field has no more than 100 characters.',
    NUL,
  ],
];

const password: readonly Case[] = [
  ...NO_TEXTS,
  ['', BLANK],
  tooLong(1_024),
  ['a\0b', NUL],
];

const notAnAddress = 'Enter a valid email address.';

const email: readonly Case[] = [
  ...NO_TEXTS,
  ...BLANKS,
  ...[
    'user',
    'user@',
    '@example.com',
    'user@example',
    'user@@example.com',
    'us er@example.com',
    'user@exa mple.com',
    'user.@example.com',
    'user@-example.com',
    'user@example.com\nBcc: other@example.com',
    17,
  ].map((value): Case => [value, notAnAddress]),
  [
    `${'a'.repeat(250)}@example.com`,
    'Ensure this field has no more than 254 characters.',
    notAnAddress,
  ],
];

const description: readonly Case[] = [
  ...NO_TEXTS,
  tooLong(4_000),
  ['a\0b', NUL],
];

const roomType: readonly Case[] = [
  [null, NULL],
  ['', '"" is not a valid choice.'],
  ['Chat', '"Chat" is not a valid choice.'],
  [1, '"1" is not a valid choice.'],
  [true, '"true" is not a valid choice.'],
  [['chat'], '"["chat"]" is not a valid choice.'],
  ['x'.repeat(1_000), `"${'x'.repeat(60)}" is not a valid choice.`],
];

const missing: Case = [undefined, REQUIRED];

describe('the chat API', () => {
  let site: ChatSite;
  let ada: Member;
  let room: string;

  before(async () => {
    site = await ChatSite.start({
      accounts: { registrationsPerAddress: 1_000 },
    });
    ada = await site.join('ada@example.com', 'Ada');
    const { body } = await site.ask(
      'POST',
      '/api/rooms/',
      { name: 'Room', room_type: 'chat' },
      ada.access,
    );
    room = `/api/rooms/${body.id}/`;
  });
  after(() => site[Symbol.asyncDispose]());

  const inputs = (): [
    method: string,
    path: string,
    good: object,
    fields: Record<string, readonly Case[]>,
  ][] => [
    [
      'POST',
      '/auth/register/',
      { email: 'new@example.com', name: 'New', password: 'a good password' },
      {
        email: [missing, ...email],
        name: [missing, ...name],
        password: [missing, ...password],
      },
    ],
    [
      'POST',
      '/auth/login/',
      { email: 'new@example.com', password: 'a good password' },
      {
        email: [missing, ...NO_TEXTS, ...BLANKS, tooLong(254)],
        password: [missing, ...password],
      },
    ],
    [
      'POST',
      '/auth/token/refresh/',
      { refresh: ada.refresh },
      { refresh: [missing, ...NO_TEXTS, ...BLANKS, tooLong(8_192)] },
    ],
    ['PATCH', '/auth/profile/', { name: 'Ada' }, { name }],
    [
      'POST',
      '/api/rooms/',
      { name: 'Room', description: '', room_type: 'chat' },
      {
        name: [missing, ...name],
        description,
        room_type: [missing, ...roomType],
      },
    ],
    ['PATCH', room, { name: 'Room', description: '' }, { name, description }],
  ];

  test('names each field of a wrong type or value', async () => {
    for (const [method, path, good, fields] of inputs()) {
      for (const [field, cases] of Object.entries(fields)) {
        for (const [value, ...messages] of cases) {
          const body = { ...good, [field]: value };
          const reply = await site.ask(method, path, body, ada.access);
          const what = `${method} ${path} ${JSON.stringify(body).slice(0, 200)}`;
          assert.equal(reply.status, 400, what);
          assert.deepEqual(reply.body, { [field]: messages }, what);
        }
      }
    }
  });

  test('names all wrong fields together', async () => {
    for (const [method, path, , fields] of inputs()) {
      const wrong = Object.keys(fields).map((field) => [field, null]);
      const body = Object.fromEntries(wrong);
      const reply = await site.ask(method, path, body, ada.access);
      assert.equal(reply.status, 400);
      assert.deepEqual(
        reply.body,
        Object.fromEntries(wrong.map(([field]) => [field, [NULL]])),
      );
    }
  });

  test('names a taken address and a bad password along with wrong fields', async () => {
    for (const [body, problems] of [
      [
        { email: 'ADA@example.com', password: '1234567' },
        {
          email: ['A user with this email already exists.'],
          name: [REQUIRED],
          password: [
            'This password is too short. It must contain at least 8 characters.',
            'This password is too common.',
            'This password is entirely numeric.',
          ],
        },
      ],
      [
        { email: 'ada', name: 'Ada Lovelace', password: 'adalovelace' },
        {
          email: [notAnAddress],
          password: ['The password is too similar to the name.'],
        },
      ],
      [
        { email: 'ada@example.com', name: '', password: [] },
        {
          email: ['A user with this email already exists.'],
          name: [BLANK],
          password: [NOT_TEXT],
        },
      ],
    ] as const) {
      const reply = await site.ask('POST', '/auth/register/', body);
      assert.equal(reply.status, 400);
      assert.deepEqual(reply.body, problems);
    }
  });

  test('requires fields, and so a body', async () => {
    for (const [method, path, , fields] of inputs()) {
      const required = Object.entries(fields)
        .filter(([, cases]) => cases.includes(missing))
        .map(([field]) => [field, [REQUIRED]]);
      for (const body of [undefined, {}]) {
        const reply = await site.ask(method, path, body, ada.access);
        if (required.length === 0) {
          assert.equal(reply.status, 200);
        } else {
          assert.equal(reply.status, 400);
          assert.deepEqual(reply.body, Object.fromEntries(required));
        }
      }
    }
  });

  test('requires an object', async () => {
    for (const [method, path] of inputs()) {
      for (const [body, type] of [
        [[], 'list'],
        ['text', 'str'],
        [1, 'int'],
        [1.5, 'float'],
        [true, 'bool'],
      ] as const) {
        const reply = await site.ask(method, path, body, ada.access);
        assert.equal(reply.status, 400);
        assert.deepEqual(reply.body, {
          non_field_errors: [
            `Invalid data. Expected a dictionary, but got ${type}.`,
          ],
        });
      }
      const reply = await site.ask(method, path, null, ada.access);
      assert.equal(reply.status, 400);
      assert.deepEqual(reply.body, { non_field_errors: ['No data provided'] });
    }
  });

  test('trims texts, and takes numbers for them', async () => {
    const { body } = await site.ask(
      'POST',
      '/api/rooms/',
      { name: 2024, description: ' \n ', room_type: 'chat' },
      ada.access,
    );
    assert.deepEqual([body.name, body.description], ['2024', '']);
    const changed = await site.ask(
      'PATCH',
      room,
      { name: ` ${'é'.repeat(100)} `, description: -1.5 },
      ada.access,
    );
    assert.equal(changed.body.name, 'é'.repeat(100));
    assert.equal(changed.body.description, '-1.5');
  });

  test('keeps the spaces around a password', async () => {
    const account = { email: 'spaces@example.com', name: 'Spaces' };
    const password = '  a good password ';
    await site.ask('POST', '/auth/register/', { ...account, password });
    for (const [tried, status] of [
      [password, 200],
      [password.trim(), 401],
    ] as const) {
      const { email } = account;
      const login = { email, password: tried };
      const reply = await site.ask('POST', '/auth/login/', login);
      assert.equal(reply.status, status);
    }
  });

  test('takes addresses as people have them', async () => {
    for (const address of [
      "o'hara+chat!#$%&*/=?^_`{|}~-@mail.example.com",
      'user@bücher.example',
      'root@localhost',
      `${'a'.repeat(242)}@example.com`,
    ]) {
      const reply = await site.ask('POST', '/auth/register/', {
        email: ` ${address} `,
        name: 'Person',
        password: 'short',
      });
      assert.deepEqual(Object.keys(reply.body), ['password'], address);
    }
  });

  describe('in a query', () => {
    const whole = 'A valid integer is required.';
    const place =
      'Enter the id of a message, or a time such as 2024-01-01T00:00:00Z.';
    const limits = [
      ['0', 'Ensure this value is greater than or equal to 1.'],
      ['-1', whole],
      ['1.5', whole],
      ['1e3', whole],
      ['ten', whole],
      ['9'.repeat(16), whole],
    ];
    const searches = [
      ['%00', NUL],
      ['a'.repeat(201), 'Ensure this field has no more than 200 characters.'],
    ];

    test('names each parameter that is wrong', async () => {
      for (const [path, parameters] of [
        [
          '/api/rooms/',
          {
            limit: limits,
            offset: limits.slice(1),
            search: searches,
            room_type: [
              [
                'audio',
                'Select a valid choice. audio is not one of the available choices.',
              ],
            ],
          },
        ],
        [
          `${room}messages/`,
          {
            limit: limits,
            search: searches,
            before: [
              ['x', place],
              ['-1', place],
              ['2024-01-01', place],
              ['2024-13-01T00:00:00Z', place],
              ['2024-01-01T00:00:00', place],
              ['9'.repeat(16), place],
            ],
            after: [['x', place]],
          },
        ],
      ] as const) {
        for (const [parameter, cases] of Object.entries(parameters)) {
          for (const [value, message] of cases) {
            const url = `${path}?${parameter}=${value}`;
            const reply = await site.ask('GET', url, undefined, ada.access);
            assert.equal(reply.status, 400, url);
            assert.deepEqual(reply.body, { [parameter]: [message] }, url);
          }
        }
      }
    });

    test('takes the last of several, none for an empty one, and ignores others', async () => {
      for (const [query, status] of [
        ['limit=x&limit=1', 200],
        ['limit=1&limit=x', 400],
        ['limit=&offset=&search=&room_type=', 200],
        ['page=x&ordering=name&__proto__=1', 200],
      ] as const) {
        const url = `/api/rooms/?${query}`;
        const reply = await site.ask('GET', url, undefined, ada.access);
        assert.equal(reply.status, status, url);
      }
    });
  });
});
