import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { EventEmitter, on, once } from 'node:events';
import {
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { connect } from 'node:tls';

import { generate } from 'selfsigned';
import type { SelfsignedOptions } from 'selfsigned';

import { parseConfig } from '../../lib/config/load.ts';
import type { Config, ConfigInput } from '../../lib/config/schema.ts';
import { Certificate } from '../../lib/http/Certificate.ts';
import type { KeyPair } from '../../lib/http/tlsOptions.ts';
import { Server } from '../../lib/Server.ts';
import { logged } from '../support/logs.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { until } from '../support/until.ts';

async function makePair(
  commonName: string,
  options: SelfsignedOptions = { keyType: 'ec' },
): Promise<KeyPair> {
  const made = await generate(
    [{ name: 'commonName', value: commonName }],
    options,
  );
  return { cert: made.cert, key: made.private };
}

describe('the certificate', () => {
  let root: string;
  let folder: string;
  let number = 0;
  let certFile: string;
  let keyFile: string;
  let one: KeyPair;
  let two: KeyPair;

  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'atrium-certificate-'));
    one = await makePair('one');
    two = await makePair('two');
  });

  after(() => rm(root, { recursive: true }));

  beforeEach(async () => {
    number += 1;
    folder = path.join(root, String(number));
    await mkdir(folder);
    certFile = path.join(folder, 'cert.pem');
    keyFile = path.join(folder, 'key.pem');
  });

  function config(input: ConfigInput = {}): Config {
    return parseConfig({ ...input, tls: { cert: certFile, key: keyFile } });
  }

  async function write({ cert, key }: KeyPair): Promise<void> {
    await writeFile(keyFile, key);
    await writeFile(certFile, cert);
  }

  /** Waits for the next renewed pair. */
  function renewal(certificate: Certificate): Promise<KeyPair> {
    const { promise, resolve } = Promise.withResolvers<KeyPair>();
    certificate.watch(resolve);
    return promise;
  }

  /** Collects renewed pairs one by one. */
  function renewalsOf(certificate: Certificate): {
    next(): Promise<KeyPair | undefined>;
  } {
    const emitter = new EventEmitter<{ renewed: [KeyPair] }>();
    certificate.watch((pair) => emitter.emit('renewed', pair));
    const pairs = on(emitter, 'renewed');
    return {
      async next() {
        const { value } = await pairs.next();
        return value?.[0] as KeyPair | undefined;
      },
    };
  }

  test('is created once for servers that start at the same time', async () => {
    const made = await Promise.all(
      [1, 2, 3].map(() => Certificate.load(config())),
    );
    const keys = new Set(made.map(({ current }) => current.key));
    assert.equal(keys.size, 1);
    assert.ok(keys.has(await readFile(keyFile, 'utf8')));
  });

  test('is created for this machine if only this machine can connect', async () => {
    certFile = path.join(folder, 'deep', 'below', 'cert.pem');
    const certificate = await Certificate.load(config());
    const { cert, key } = certificate.current;
    assert.equal(await readFile(certFile, 'utf8'), cert);
    assert.equal(await readFile(keyFile, 'utf8'), key);
    const { mode } = await stat(keyFile);
    assert.equal(
      mode & 0o077,
      0,
      'expected a key that only its owner can read',
    );
    const made = new X509Certificate(cert);
    assert.equal(made.ca, false);
    assert.ok(made.checkHost('localhost'));
    assert.ok(made.checkIP('127.0.0.1'));
    assert.ok(made.checkIP('::1'));
    assert.ok(made.validToDate.getTime() > Date.now() + 300 * 86_400_000);
  });

  test('is kept once it has been created', async () => {
    const { current } = await Certificate.load(config());
    assert.deepEqual((await Certificate.load(config())).current, current);
  });

  test('is not created if others can connect', async () => {
    const listen = { host: '0.0.0.0' };
    await assert.rejects(
      Certificate.load(config({ listen, auth: { allowOpen: true } })),
      {
        name: 'ConfigError',
        message: `The configuration is wrong:\n  tls.cert: expected a certificate at ${certFile}, because listen.host is 0.0.0.0, got nothing; put certificate and key there, or listen on 127.0.0.1 to have a self-signed pair made`,
      },
    );
    await assert.rejects(stat(certFile), { code: 'ENOENT' });
  });

  test('is not created if one of the two files exists', async () => {
    await writeFile(certFile, one.cert);
    await assert.rejects(Certificate.load(config()), {
      name: 'ConfigError',
      message: /tls\.cert, tls\.key: .+ ENOENT.+key\.pem/,
    });
    assert.equal(await readFile(certFile, 'utf8'), one.cert);
  });

  test('is refused if it does not match the key', async () => {
    await write({ cert: one.cert, key: two.key });
    await assert.rejects(Certificate.load(config()), {
      name: 'ConfigError',
      message: `The configuration is wrong:\n  tls.cert, tls.key: expected a certificate with its key in PEM, got the key ${keyFile} is not that of ${certFile}`,
    });
  });

  test('is refused if it is not a certificate', async () => {
    await write({ cert: 'no certificate', key: one.key });
    await assert.rejects(Certificate.load(config()), /tls\.cert, tls\.key: /);
    await write({ cert: one.cert, key: 'no key' });
    await assert.rejects(Certificate.load(config()), /tls\.cert, tls\.key: /);
  });

  test('is reported once when it is renewed', async () => {
    await write(one);
    const certificate = await Certificate.load(config());
    const renewed: KeyPair[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    certificate.watch((pair) => {
      renewed.push(pair);
      resolve();
    });
    await write(two);
    await promise;
    assert.deepEqual(renewed, [two]);
    assert.deepEqual(certificate.current, two);
    await certificate.close();
  });

  test('is reported when it is replaced by renaming', async () => {
    await write(one);
    const certificate = await Certificate.load(config());
    const renewed = renewal(certificate);
    await writeFile(`${keyFile}.new`, two.key);
    await writeFile(`${certFile}.new`, two.cert);
    await rename(`${keyFile}.new`, keyFile);
    await rename(`${certFile}.new`, certFile);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is reported when its link is changed', async () => {
    for (const [name, pair] of Object.entries({ one, two })) {
      await writeFile(path.join(folder, `${name}-cert.pem`), pair.cert);
      await writeFile(path.join(folder, `${name}-key.pem`), pair.key);
    }
    await symlink('one-cert.pem', certFile);
    await symlink('one-key.pem', keyFile);
    const certificate = await Certificate.load(config());
    const renewed = renewal(certificate);
    await rm(certFile);
    await rm(keyFile);
    await symlink('two-cert.pem', certFile);
    await symlink('two-key.pem', keyFile);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is reported when the target of its link is written', async () => {
    const archive = path.join(folder, 'archive');
    await mkdir(archive);
    const targets = [
      path.join(archive, 'cert.pem'),
      path.join(archive, 'key.pem'),
    ] as const;
    const overwrite = async ({ cert, key }: KeyPair): Promise<void> => {
      await writeFile(targets[0], cert);
      await writeFile(targets[1], key);
    };
    await overwrite(one);
    await symlink(targets[0], certFile);
    await symlink(targets[1], keyFile);
    const certificate = await Certificate.load(config());
    const renewals = renewalsOf(certificate);
    for (const pair of [two, one]) {
      await overwrite(pair);
      assert.deepEqual(await renewals.next(), pair);
    }
    await certificate.close();
  });

  test('is reported each time its folder is replaced', async () => {
    const mounted = path.join(folder, 'tls');
    certFile = path.join(mounted, 'cert.pem');
    keyFile = path.join(mounted, 'key.pem');
    await mkdir(mounted);
    await write(one);
    const certificate = await Certificate.load(config());
    const renewals = renewalsOf(certificate);
    for (const pair of [two, one, two]) {
      await rename(mounted, `${mounted}.old`);
      await mkdir(mounted);
      await write(pair);
      await rm(`${mounted}.old`, { recursive: true });
      assert.deepEqual(await renewals.next(), pair);
    }
    await certificate.close();
  });

  test('is reported each time a Kubernetes secret is updated', async () => {
    let version = 0;
    const publish = async (pair: KeyPair): Promise<void> => {
      version += 1;
      const target = path.join(folder, `..${version}`);
      await mkdir(target);
      await writeFile(path.join(target, 'cert.pem'), pair.cert);
      await writeFile(path.join(target, 'key.pem'), pair.key);
      await symlink(`..${version}`, path.join(folder, '..data_tmp'));
      await rename(
        path.join(folder, '..data_tmp'),
        path.join(folder, '..data'),
      );
      await rm(path.join(folder, `..${version - 1}`), {
        recursive: true,
        force: true,
      });
    };
    await publish(one);
    await symlink('..data/cert.pem', certFile);
    await symlink('..data/key.pem', keyFile);
    const certificate = await Certificate.load(config());
    const renewals = renewalsOf(certificate);
    for (const pair of [two, one, two]) {
      await publish(pair);
      assert.deepEqual(await renewals.next(), pair);
    }
    await certificate.close();
  });

  test('is refused if TLS does not accept it', async () => {
    const weak = await makePair('weak', { keyType: 'rsa', keySize: 1_024 });
    await write(weak);
    await assert.rejects(Certificate.load(config()), {
      name: 'ConfigError',
      message: /tls\.cert, tls\.key: .+ too small/,
    });
    await write(one);
    const certificate = await Certificate.load(config());
    const renewed = renewal(certificate);
    const complaint = logged(/the old one stays: .+ too small/);
    await write(weak);
    await complaint;
    assert.deepEqual(certificate.current, one);
    await write(two);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is logged at each reading while it cannot be used', async () => {
    await write(one);
    const certificate = await Certificate.load(config());
    let refuses = true;
    const { promise: taken, resolve } = Promise.withResolvers<KeyPair>();
    certificate.watch((pair) => {
      if (refuses) {
        throw new Error('refused by TLS');
      }
      resolve(pair);
    });
    await write(two);
    for (let reading = 0; reading < 3; reading += 1) {
      const complaint = logged(/the old one stays: refused by TLS/);
      await certificate.reload();
      await complaint;
      assert.deepEqual(certificate.current, one);
    }
    refuses = false;
    await certificate.reload();
    assert.deepEqual(await taken, two);
    assert.deepEqual(certificate.current, two);
    await certificate.close();
  });

  test('is not used while its chain is only partly written', async () => {
    await write(one);
    const certificate = await Certificate.load(config());
    const renewals = renewalsOf(certificate);
    const complaint = logged(/the old one stays/);
    const chain = { cert: `${two.cert}\n${one.cert}`, key: two.key };
    await write({ cert: chain.cert.slice(0, -200), key: chain.key });
    await complaint;
    assert.deepEqual(certificate.current, one);
    await write(chain);
    assert.deepEqual(await renewals.next(), chain);
    await certificate.close();
  });

  test('has a known expiry time', async () => {
    const notAfterDate = new Date('2031-05-06T07:08:09Z');
    await write(await makePair('dated', { keyType: 'ec', notAfterDate }));
    const certificate = await Certificate.load(config());
    assert.deepEqual(certificate.expires, notAfterDate);
  });

  test('stays in use if its successor cannot be used', async () => {
    await write(one);
    const certificate = await Certificate.load(config());
    const renewed = renewal(certificate);
    const useless: [cert: string, key: string, problem: RegExp][] = [
      ['no certificate', one.key, /cannot be served, the old one stays/],
      [two.cert, one.key, /the key .+ is not that of/],
      [two.cert, 'no key', /cannot be served/],
    ];
    for (const [cert, key, problem] of useless) {
      const complaint = logged(problem);
      await write({ cert, key });
      await complaint;
      assert.deepEqual(certificate.current, one);
    }
    await write(two);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is used for new connections after a renewal, without a restart', async () => {
    await write(one);
    const server = await Server.start(
      testConfig({ tls: { cert: certFile, key: keyFile } }),
    );
    assert.equal(await served(server), 'CN=one');
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const complaint = logged(/the old one stays/);
    await writeFile(certFile, 'no certificate');
    await complaint;
    assert.equal(await served(server), 'CN=one');
    await write(two);
    await until(
      'the renewed certificate',
      async () => (await served(server)) === 'CN=two',
    );
    await client.request('getRouterRtpCapabilities');
    await client.close();
    await server.close();
  });
});

/** The subject of the certificate that a new connection receives. */
async function served(server: Server): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({
    host: hostname,
    port: Number(port),
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return new X509Certificate(raw).subject;
}
