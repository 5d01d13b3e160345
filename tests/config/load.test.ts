import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { ENVIRONMENT, loadConfig, parseConfig } from '../../lib/config/load.ts';
import { ConfigError } from '../../lib/core/ConfigError.ts';
import { configSchema } from '../../lib/config/schema.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';

const SECRET = 'a secret of the tests that is long enough';

/** A value for each variable that is not the option's default. */
const VALUES: Readonly<Record<string, string | number | boolean>> = {
  ATRIUM_HOST: '::1',
  ATRIUM_PORT: 4_002,
  ATRIUM_TLS_CERT: 'a/cert.pem',
  ATRIUM_TLS_KEY: 'a/key.pem',
  ATRIUM_RTC_LISTEN_IP: '127.0.0.2',
  ATRIUM_RTC_PORT: 25_300,
  ATRIUM_ANNOUNCED_ADDRESS: 'localhost',
  ATRIUM_WORKERS: 3,
  ATRIUM_AUTH_MODE: 'token',
  ATRIUM_AUTH_ALLOW_OPEN: true,
  ATRIUM_OPS_HOST: '127.0.0.3',
  ATRIUM_OPS_PORT: 9_100,
  ATRIUM_LOG_FORMAT: 'json',
  ATRIUM_LOG_LEVEL: 'debug',
};

const key = { algorithm: 'HS256' as const, secret: SECRET };

/** The message with which the start fails. */
function problemsOf(input: unknown): string {
  try {
    parseConfig(input);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return '';
}

/** The whole message about these problems. */
function wrong(...problems: string[]): string {
  return `The configuration is wrong:\n  ${problems.join('\n  ')}`;
}

describe('the config', () => {
  test('needs nothing said: it serves this machine', () => {
    const config = parseConfig();
    assert.deepEqual(config.listen, { host: '127.0.0.1', port: 4443 });
    assert.deepEqual(parseConfig({}), config);
    assert.deepEqual(parseConfig({ listen: { port: undefined } }), config);
  });

  test('cannot be changed once it is read', () => {
    const config = parseConfig({ auth: { keys: [key] } });
    for (const part of [config, config.listen, config.auth.keys[0]]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  for (const [section, schema] of Object.entries(configSchema.shape)) {
    test(`wants an object as ${section}`, () => {
      assert.equal(
        problemsOf({ [section]: ['x'] }),
        wrong(`${section}: expected object, got a list of 1`),
      );
    });

    for (const option of Object.keys(schema.unwrap().shape)) {
      test(`says what ${section}.${option} got and what it wants`, () => {
        assert.match(
          problemsOf({ [section]: { [option]: NaN } }),
          new RegExp(`^  ${section}\\.${option}: expected .+, got NaN$`, 'm'),
        );
      });
    }

    test(`names options of ${section} that there are not`, () => {
      assert.equal(
        problemsOf({ [section]: { prot: 1, secret: 'hunter2' } }),
        wrong(
          `${section}.prot: there is no such option`,
          `${section}.secret: there is no such option`,
        ),
      );
    });
  }

  const mistakes: Record<string, [input: unknown, problem: string]> = {
    'no object at all': ['x', 'input: expected object, got "x"'],
    'a section that there is not': [
      { lisen: {} },
      'lisen: there is no such option',
    ],
    'a port as text': [
      { listen: { port: '4443' } },
      'listen.port: expected number, got "4443"',
    ],
    'half a port': [
      { listen: { port: 1.5 } },
      'listen.port: expected integer, got 1.5',
    ],
    'a port that is too high': [
      { listen: { port: 65_536 } },
      'listen.port: expected a value of at most 65535, got 65536',
    ],
    'a port that is too low': [
      { ops: { port: -1 } },
      'ops.port: expected a value of at least 0, got -1',
    ],
    'an empty host': [
      { listen: { host: '' } },
      'listen.host: expected an IP address or a host name, without scheme, port, brackets or spaces, got ""',
    ],
    'a name where an address is wanted': [
      { rtc: { listenIp: 'localhost' } },
      'rtc.listenIp: expected an IP address, got "localhost"',
    ],
    'no worker': [
      { workers: { count: 0 } },
      'workers.count: expected a value of at least 1, got 0',
    ],
    'a level that there is not': [
      { log: { level: 'loud' } },
      'log.level: expected "error" or "warn" or "info" or "debug", got "loud"',
    ],
    'a key of no algorithm': [
      { auth: { keys: [{ algorithm: 'none' }] } },
      'auth.keys.0.algorithm: expected "HS256" or "RS256" or "ES256", got "none"',
    ],
    'what is no URL': [
      { auth: { users: { url: 'users/{id}' } } },
      'auth.users.url: expected a URL, got "users/{id}"',
    ],
    'neither UDP nor TCP': [
      { rtc: { udp: false, tcp: false } },
      'rtc.udp, rtc.tcp: expected at least one to be true',
    ],
    'an address that clients cannot send to': [
      { rtc: { listenIp: '::' } },
      'rtc.announcedAddress: expected the address that clients reach this host at, because rtc.listenIp is ::, got nothing',
    ],
    'ports that run out': [
      { rtc: { port: 65_534 }, workers: { count: 3 } },
      'rtc.port: expected room for 3 workers below 65536, got 65534',
    ],
    'a bound on a part that exceeds the bound on the whole': [
      { limits: { keptBytesPerRoom: 1_048_576 } },
      'limits.keptBytesPerRoom: expected at least limits.keptBytesPerPeer, 2097152, got 1048576',
    ],
    'a bound on requests that the longest would exceed': [
      { signalling: { maxFrameBytes: 1_048_576 } },
      'limits.pendingBytes: expected at least twice signalling.maxFrameBytes, 2097152, got 1048576',
    ],
  };
  for (const [what, [input, problem]] of Object.entries(mistakes)) {
    test(`refuses ${what}`, () => {
      assert.equal(problemsOf(input), wrong(problem));
    });
  }

  test('names every wrong option at once', () => {
    assert.equal(
      problemsOf({ listen: { port: 'a' }, log: { level: 'b' }, x: 1 }),
      wrong(
        'listen.port: expected number, got "a"',
        'log.level: expected "error" or "warn" or "info" or "debug", got "b"',
        'x: there is no such option',
      ),
    );
  });
});

describe('the config of who may come in', () => {
  test('is open on loopback, and nowhere else unless that is said', () => {
    assert.equal(parseConfig().auth.mode, 'open');
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.1.2.3']) {
      assert.equal(problemsOf({ listen: { host } }), '', host);
    }
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'meet.example']) {
      const listen = { host };
      assert.ok(
        problemsOf({ listen }).includes(
          `auth.mode: expected "token", because others can reach ${host} and "open" lets everyone in, got "open"; if that is meant, set auth.allowOpen to true`,
        ),
        host,
      );
      assert.equal(problemsOf({ listen, auth: { allowOpen: true } }), '');
      const auth = { mode: 'token', keys: [key] };
      assert.equal(problemsOf({ listen, auth }), '');
    }
  });

  test('wants a key where it wants tokens', () => {
    assert.match(
      problemsOf({ auth: { mode: 'token' } }),
      /auth\.keys: expected a key to check tokens with, because auth\.mode is "token", got none; set one here or in ATRIUM_AUTH_SECRET/,
    );
  });

  test('takes no secret that could be guessed, and shows none', () => {
    const problems = problemsOf({
      auth: { keys: [{ ...key, secret: 'hunter2' }] },
    });
    assert.match(
      problems,
      /auth\.keys\.0\.secret: expected at least 32 bytes, which cannot be guessed/,
    );
    assert.doesNotMatch(problems, /hunter2/);
  });

  const wrong: Record<string, [ConfigInput | object, RegExp]> = {
    'an unknown mode': [
      { auth: { mode: 'closed' } },
      /auth\.mode: expected "open" or "token", got "closed"/,
    ],
    'a key without an algorithm': [
      { auth: { keys: [{ secret: SECRET }] } },
      /auth\.keys\.0\.algorithm/,
    ],
    'an algorithm that is none': [
      { auth: { keys: [{ algorithm: 'none', secret: SECRET }] } },
      /auth\.keys\.0\.algorithm/,
    ],
    'a private key': [
      {
        auth: {
          keys: [
            {
              algorithm: 'RS256',
              publicKey: '-----BEGIN PRIVATE KEY-----',
            },
          ],
        },
      },
      /auth\.keys\.0\.publicKey: expected a public RSA key of at least 2048 bits in PEM/,
    ],
  };
  for (const [what, [input, message]] of Object.entries(wrong)) {
    test(`takes no ${what}`, () => {
      assert.match(problemsOf(input), message);
    });
  }
});

describe('the config of ICE servers', () => {
  const secret = SECRET;

  test('takes what browsers take, with credentials for TURN alone', () => {
    const servers = [
      { urls: ['stun:stun.example', 'stuns:192.0.2.1:5349'] },
      { urls: ['turn:[2001:db8::1]:3478?transport=udp'], secret },
      {
        urls: ['turns:turn.example:443?transport=tcp', 'stun:turn.example'],
        username: 'ada',
        credential: 'x',
      },
    ];
    assert.deepEqual(parseConfig({ ice: { servers } }).ice.servers, servers);
  });

  for (const url of [
    'turn.example',
    'turn://turn.example',
    'turn:turn.example?transport=sctp',
    'stun:stun.example?transport=udp',
    'turn:ada@turn.example',
    'https://turn.example',
    'turn:',
    '',
  ]) {
    test(`takes no server ${JSON.stringify(url)}`, () => {
      assert.equal(
        problemsOf({ ice: { servers: [{ urls: [url], secret }] } }),
        wrong(
          `ice.servers.0.urls.0: expected a URL such as stun:stun.example:3478 or turn:turn.example:3478?transport=tcp, got ${JSON.stringify(url)}`,
        ),
      );
    });
  }

  const turn = { urls: ['turn:turn.example'] };
  const stun = { urls: ['stun:stun.example'] };
  for (const [what, given] of Object.entries({
    'TURN without credentials': turn,
    'half a credential': { ...turn, username: 'ada' },
    'the other half': { ...turn, credential: 'x' },
    'two kinds of credentials': {
      ...turn,
      username: 'ada',
      credential: 'x',
      secret,
    },
    'STUN with a secret': { ...stun, secret },
    'STUN with a credential': { ...stun, username: 'ada', credential: 'x' },
  })) {
    test(`takes no ${what}`, () => {
      assert.equal(
        problemsOf({ ice: { servers: [given] } }),
        wrong(
          'ice.servers.0: expected a secret, or a username and a credential, for turn: and turns:, and none of them for stun: alone, got an object',
        ),
      );
    });
  }

  test('takes no secret that could be guessed, and shows none', () => {
    const problems = problemsOf({
      ice: {
        servers: [
          { ...turn, secret: 'hunter2' },
          { ...turn, username: 'ada', credential: 7_353 },
        ],
      },
    });
    assert.equal(
      problems,
      wrong(
        'ice.servers.0.secret: expected at least 32 bytes, which cannot be guessed, got one that is not shown here',
        'ice.servers.1.credential: expected string, got one that is not shown here',
      ),
    );
  });

  test('comes from the environment, too: one server and its secret', async () => {
    const { ice } = await loadConfig({
      ATRIUM_TURN_URLS: 'turn:a.example,turns:a.example',
      ATRIUM_TURN_SECRET: SECRET,
    });
    assert.deepEqual(ice.servers, [
      { urls: ['turn:a.example', 'turns:a.example'], secret },
    ]);
    await assert.rejects(loadConfig({ ATRIUM_TURN_SECRET: SECRET }), {
      message: wrong('ice.servers.0.urls: expected array, got nothing'),
    });
  });
});

describe('the config of where clients may come from', () => {
  test('takes origins, networks and their names', () => {
    const { origins, trustProxy } = parseConfig({
      access: {
        origins: ['https://app.example:8443', 'capacitor://localhost', '*'],
        trustProxy: ['10.0.0.0/8', '::1', 'uniquelocal'],
      },
      auth: { allowOpen: true },
    }).access;
    assert.equal(origins.length, 3);
    assert.equal(trustProxy.length, 3);
  });

  for (const origin of [
    'app.example',
    'https://app.example/',
    'https://*.example',
    'https://app.example/a',
    'null',
    '',
  ]) {
    test(`takes no origin ${JSON.stringify(origin)}`, () => {
      assert.match(
        problemsOf({ access: { origins: [origin] } }),
        /access\.origins\.0: expected an origin such as https:\/\/app\.example, or "\*" for all, got "/,
      );
    });
  }

  for (const proxy of ['proxy.example', '10.0.0.0/33', '*', '']) {
    test(`takes no proxy ${JSON.stringify(proxy)}`, () => {
      assert.match(
        problemsOf({ access: { trustProxy: [proxy] } }),
        /access\.trustProxy\.0: expected an IP address, a network such as 10\.0\.0\.0\/8/,
      );
    });
  }

  test('knows that others come through a proxy, wherever the server listens', () => {
    assert.match(
      problemsOf({ access: { trustProxy: ['loopback'] } }),
      /others can reach the server through access\.trustProxy and "open" lets everyone in/,
    );
  });
});

describe('the environment', () => {
  let folder: string;
  let file: string;
  let plain: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atrium-config-'));
    file = path.join(folder, 'config.ts');
    await writeFile(
      file,
      `export default { auth: { mode: 'open' }, listen: { host: '0.0.0.0' } };`,
    );
  });

  after(() => rm(folder, { recursive: true }));

  before(async () => {
    plain = path.join(folder, 'plain.ts');
    await writeFile(
      plain,
      `export default { listen: { port: 4001 }, log: { level: 'warn' } };`,
    );
  });

  for (const [variable, [section, option]] of Object.entries(ENVIRONMENT)) {
    test(`says with ${variable} what ${section}.${option} is`, async () => {
      const value = VALUES[variable];
      assert.ok(value !== undefined, 'the test knows a value');
      const config: Record<string, Record<string, unknown>> = await loadConfig({
        ATRIUM_CONFIG: plain,
        ATRIUM_AUTH_SECRET: SECRET,
        [variable]: String(value),
      });
      assert.equal(config[section]?.[option], value);
    });
  }

  test('says nothing with a variable that is empty', async () => {
    const { listen } = await loadConfig({
      ATRIUM_CONFIG: plain,
      ATRIUM_PORT: '',
    });
    assert.equal(listen.port, 4_001);
  });

  test('is checked like the file', async () => {
    await assert.rejects(
      loadConfig({ ATRIUM_CONFIG: plain, ATRIUM_PORT: '80a' }),
      { message: wrong('listen.port: expected number, got "80a"') },
    );
  });

  test('leaves the other options of a section as the file has them', async () => {
    const { listen } = await loadConfig({
      ATRIUM_CONFIG: plain,
      ATRIUM_HOST: '::1',
    });
    assert.deepEqual(listen, { host: '::1', port: 4_001 });
  });

  const files: Record<string, [text: string, message: RegExp]> = {
    'does not parse': [
      'export default {',
      /broken-\d\.ts cannot be loaded: SyntaxError/,
    ],
    throws: [
      'throw new Error("no luck")',
      /broken-\d\.ts cannot be loaded: Error: no luck/,
    ],
    'exports nothing': [
      'export {}',
      /broken-\d\.ts has to export the options as its default/,
    ],
    'exports no options': [
      'export default 7',
      /broken-\d\.ts has to export the options as its default/,
    ],
  };
  for (const [index, [what, [text, message]]] of Object.entries(
    files,
  ).entries()) {
    test(`names a file that ${what}`, async () => {
      const broken = path.join(folder, `broken-${index}.ts`);
      await writeFile(broken, text);
      await assert.rejects(loadConfig({ ATRIUM_CONFIG: broken }), {
        name: 'ConfigError',
        message,
      });
    });
  }

  test('names a file that there is not', async () => {
    const missing = path.join(folder, 'missing.ts');
    await assert.rejects(loadConfig({ ATRIUM_CONFIG: missing }), {
      message: wrong(`ATRIUM_CONFIG: there is no file ${missing}`),
    });
  });

  test('says who may come in, over the file', async () => {
    await assert.rejects(
      loadConfig({ ATRIUM_CONFIG: file }),
      /auth\.allowOpen/,
    );
    const open = await loadConfig({
      ATRIUM_CONFIG: file,
      ATRIUM_AUTH_ALLOW_OPEN: 'true',
    });
    assert.equal(open.auth.allowOpen, true);
    const { auth } = await loadConfig({
      ATRIUM_CONFIG: file,
      ATRIUM_AUTH_MODE: 'token',
      ATRIUM_AUTH_SECRET: SECRET,
    });
    assert.equal(auth.mode, 'token');
    assert.deepEqual(auth.keys, [key]);
  });
});

describe('options that could never work', () => {
  const EPHEMERAL = 32_768;

  test('are no ports that Linux gives to outgoing connections', () => {
    const { listen, rtc } = parseConfig();
    assert.ok(listen.port < EPHEMERAL && rtc.port + 255 < EPHEMERAL);
  });

  for (const value of [
    'https://meet.example',
    'meet.example:443',
    '203.0.113.7,203.0.113.8',
    ' 203.0.113.7',
    '203.0.113',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '0.0.0.0',
    '0:0:0:0:0:0:0:0',
    '224.0.0.1',
    '',
  ]) {
    test(`are refused as rtc.announcedAddress: ${JSON.stringify(value)}`, () => {
      assert.match(
        problemsOf({ rtc: { announcedAddress: value } }),
        /rtc\.announcedAddress: expected the IP address or the name of a host/,
      );
    });
  }

  test('leave out nothing that clients can send media to', () => {
    for (const value of [
      '203.0.113.7',
      '2001:db8::1',
      'meet.example',
      'm-1',
      ['203.0.113.7', '2001:db8::1'],
      ['2001:db8::1', '203.0.113.7'],
    ]) {
      const rtc = { listenIp: '::', announcedAddress: value };
      assert.equal(problemsOf({ rtc }), '', String(value));
    }
  });

  test('include every spelling of all addresses without an announced one', () => {
    for (const listenIp of ['0.0.0.0', '::', '0:0:0:0:0:0:0:0']) {
      assert.match(problemsOf({ rtc: { listenIp } }), /rtc\.announcedAddress/);
    }
  });

  test('do not include origins in another spelling than that of browsers', () => {
    const origins = [
      'https://App.Example',
      'https://app.example:443',
      'https://bücher.example',
      'Capacitor://localhost',
      '*',
    ];
    assert.deepEqual(parseConfig({ access: { origins } }).access.origins, [
      'https://app.example',
      'https://app.example',
      'https://xn--bcher-kva.example',
      'capacitor://localhost',
      '*',
    ]);
  });

  for (const origin of [
    'wss://app.example',
    'https://a@b',
    'https://a:99999',
  ]) {
    test(`are refused as origins: ${origin}`, () => {
      assert.match(problemsOf({ access: { origins: [origin] } }), /origins\.0/);
    });
  }

  const rsa = (modulusLength: number) =>
    generateKeyPairSync('rsa', { modulusLength });
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const spki = { type: 'spki', format: 'pem' } as const;
  const keyProblems = (entry: object) =>
    problemsOf({ auth: { keys: [entry] } });

  test('are found in keys: another algorithm, too short, broken, private', () => {
    const good = rsa(2_048);
    const publicRsa = good.publicKey.export(spki) as string;
    const publicEc = ec('P-256').publicKey.export(spki) as string;
    const refused: [algorithm: string, publicKey: string][] = [
      ['ES256', publicRsa],
      ['RS256', publicEc],
      ['ES256', ec('P-384').publicKey.export(spki) as string],
      ['RS256', rsa(1_024).publicKey.export(spki) as string],
      ['RS256', publicRsa.replace('MII', '')],
      [
        'RS256',
        good.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      ],
    ];
    for (const [algorithm, publicKey] of refused) {
      assert.match(
        keyProblems({ algorithm, publicKey }),
        /auth\.keys\.0\.publicKey: expected a public .+, got one that is not shown here$/,
      );
    }
    assert.equal(keyProblems({ algorithm: 'RS256', publicKey: publicRsa }), '');
    assert.equal(keyProblems({ algorithm: 'ES256', publicKey: publicEc }), '');
    assert.match(
      keyProblems({ algorithm: 'HS256', secret: publicRsa }),
      /secret: expected a secret, not a key in PEM/,
    );
    assert.match(
      keyProblems({ algorithm: 'HS256', secret: 'x'.repeat(32) }),
      /secret: expected at least 8 different bytes/,
    );
  });
});
