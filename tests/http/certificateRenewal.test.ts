import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { EventEmitter, on, once } from 'node:events';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  after,
  afterEach,
  before,
  beforeEach,
  describe,
  mock,
  test,
} from 'node:test';
import { connect } from 'node:tls';

import { Certificate } from '../../lib/http/Certificate.ts';
import type { KeyPair } from '../../lib/http/tlsOptions.ts';
import { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { CertificateFolder, createPair } from '../support/CertificateFolder.ts';
import { hurry } from '../support/hurry.ts';
import { logged } from '../support/logs.ts';
import { until } from '../support/until.ts';

/** The time between two looks at the files, ms. */
const LOOK_INTERVAL = 1_000;

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

describe('a renewed certificate', () => {
  let files: CertificateFolder;
  let one: KeyPair;
  let two: KeyPair;

  before(async () => {
    hurry(mock, LOOK_INTERVAL);
    one = await createPair('one');
    two = await createPair('two');
  });

  after(() => mock.restoreAll());

  beforeEach(async () => {
    files = await CertificateFolder.create();
  });

  afterEach(() => files[Symbol.asyncDispose]());

  test('is reported once when it is renewed', async () => {
    await files.write(one);
    const certificate = await Certificate.load(files.config());
    const renewed: KeyPair[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    certificate.watch((pair) => {
      renewed.push(pair);
      resolve();
    });
    await files.write(two);
    await promise;
    assert.deepEqual(renewed, [two]);
    assert.deepEqual(certificate.current, two);
    await certificate.close();
  });

  test('is reported when it is replaced by renaming', async () => {
    await files.write(one);
    const certificate = await Certificate.load(files.config());
    const renewed = renewal(certificate);
    await writeFile(`${files.keyFile}.new`, two.key);
    await writeFile(`${files.certFile}.new`, two.cert);
    await rename(`${files.keyFile}.new`, files.keyFile);
    await rename(`${files.certFile}.new`, files.certFile);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is reported when its link is changed', async () => {
    for (const [name, pair] of Object.entries({ one, two })) {
      await writeFile(path.join(files.folder, `${name}-cert.pem`), pair.cert);
      await writeFile(path.join(files.folder, `${name}-key.pem`), pair.key);
    }
    await symlink('one-cert.pem', files.certFile);
    await symlink('one-key.pem', files.keyFile);
    const certificate = await Certificate.load(files.config());
    const renewed = renewal(certificate);
    await rm(files.certFile);
    await rm(files.keyFile);
    await symlink('two-cert.pem', files.certFile);
    await symlink('two-key.pem', files.keyFile);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is reported when the target of its link is written', async () => {
    const archive = path.join(files.folder, 'archive');
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
    await symlink(targets[0], files.certFile);
    await symlink(targets[1], files.keyFile);
    const certificate = await Certificate.load(files.config());
    const renewals = renewalsOf(certificate);
    for (const pair of [two, one]) {
      await overwrite(pair);
      assert.deepEqual(await renewals.next(), pair);
    }
    await certificate.close();
  });

  test('is reported each time its folder is replaced', async () => {
    const mounted = path.join(files.folder, 'tls');
    files.certFile = path.join(mounted, 'cert.pem');
    files.keyFile = path.join(mounted, 'key.pem');
    await mkdir(mounted);
    await files.write(one);
    const certificate = await Certificate.load(files.config());
    const renewals = renewalsOf(certificate);
    for (const pair of [two, one, two]) {
      await rename(mounted, `${mounted}.old`);
      await mkdir(mounted);
      await files.write(pair);
      await rm(`${mounted}.old`, { recursive: true });
      assert.deepEqual(await renewals.next(), pair);
    }
    await certificate.close();
  });

  test('is reported each time a Kubernetes secret is updated', async () => {
    let version = 0;
    const publish = async (pair: KeyPair): Promise<void> => {
      version += 1;
      const target = path.join(files.folder, `..${version}`);
      await mkdir(target);
      await writeFile(path.join(target, 'cert.pem'), pair.cert);
      await writeFile(path.join(target, 'key.pem'), pair.key);
      await symlink(`..${version}`, path.join(files.folder, '..data_tmp'));
      await rename(
        path.join(files.folder, '..data_tmp'),
        path.join(files.folder, '..data'),
      );
      await rm(path.join(files.folder, `..${version - 1}`), {
        recursive: true,
        force: true,
      });
    };
    await publish(one);
    await symlink('..data/cert.pem', files.certFile);
    await symlink('..data/key.pem', files.keyFile);
    const certificate = await Certificate.load(files.config());
    const renewals = renewalsOf(certificate);
    for (const pair of [two, one, two]) {
      await publish(pair);
      assert.deepEqual(await renewals.next(), pair);
    }
    await certificate.close();
  });

  test('is refused if TLS does not accept it', async () => {
    const weak = await createPair('weak', { keyType: 'rsa', keySize: 1_024 });
    await files.write(weak);
    await assert.rejects(Certificate.load(files.config()), {
      name: 'ConfigError',
      message: /tls\.cert, tls\.key: .+ too small/,
    });
    await files.write(one);
    const certificate = await Certificate.load(files.config());
    const renewed = renewal(certificate);
    const complaint = logged(/the old one stays: .+ too small/);
    await files.write(weak);
    await complaint;
    assert.deepEqual(certificate.current, one);
    await files.write(two);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is logged at each reading while it cannot be used', async () => {
    await files.write(one);
    const certificate = await Certificate.load(files.config());
    let refuses = true;
    const { promise: taken, resolve } = Promise.withResolvers<KeyPair>();
    certificate.watch((pair) => {
      if (refuses) {
        throw new Error('refused by TLS');
      }
      resolve(pair);
    });
    await files.write(two);
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
    await files.write(one);
    const certificate = await Certificate.load(files.config());
    const renewals = renewalsOf(certificate);
    const complaint = logged(/the old one stays/);
    const chain = { cert: `${two.cert}\n${one.cert}`, key: two.key };
    await files.write({ cert: chain.cert.slice(0, -200), key: chain.key });
    await complaint;
    assert.deepEqual(certificate.current, one);
    await files.write(chain);
    assert.deepEqual(await renewals.next(), chain);
    await certificate.close();
  });

  test('stays in use if its successor cannot be used', async () => {
    await files.write(one);
    const certificate = await Certificate.load(files.config());
    const renewed = renewal(certificate);
    const useless: [cert: string, key: string, problem: RegExp][] = [
      ['no certificate', one.key, /cannot be served, the old one stays/],
      [two.cert, one.key, /the key .+ is not that of/],
      [two.cert, 'no key', /cannot be served/],
    ];
    for (const [cert, key, problem] of useless) {
      const complaint = logged(problem);
      await files.write({ cert, key });
      await complaint;
      assert.deepEqual(certificate.current, one);
    }
    await files.write(two);
    assert.deepEqual(await renewed, two);
    await certificate.close();
  });

  test('is used for new connections after a renewal, without a restart', async () => {
    await files.write(one);
    const server = await Server.start(
      testConfig({ tls: { cert: files.certFile, key: files.keyFile } }),
    );
    assert.equal(await served(server), 'CN=one');
    const { client } = await ProtooClient.join(server.url, 'room', 'alice');
    const complaint = logged(/the old one stays/);
    await writeFile(files.certFile, 'no certificate');
    await complaint;
    assert.equal(await served(server), 'CN=one');
    await files.write(two);
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
