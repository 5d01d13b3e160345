import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, before, beforeEach, describe, test } from 'node:test';

import { setLogLevel } from '../../lib/core/logger.ts';
import { Certificate } from '../../lib/http/Certificate.ts';
import type { KeyPair } from '../../lib/http/tlsOptions.ts';
import { CertificateFolder, createPair } from '../support/CertificateFolder.ts';
import { logged } from '../support/logs.ts';

describe('the certificate', () => {
  let files: CertificateFolder;
  let one: KeyPair;
  let two: KeyPair;

  before(async () => {
    one = await createPair('one');
    two = await createPair('two');
  });

  beforeEach(async () => {
    files = await CertificateFolder.create();
  });

  afterEach(() => files[Symbol.asyncDispose]());

  test('is created once for servers that start at the same time', async () => {
    const made = await Promise.all(
      [1, 2, 3].map(() => Certificate.load(files.config())),
    );
    const keys = new Set(made.map(({ current }) => current.key));
    assert.equal(keys.size, 1);
    assert.ok(keys.has(await readFile(files.keyFile, 'utf8')));
  });

  test('is created for this machine if only this machine can connect', async () => {
    files.certFile = path.join(files.folder, 'deep', 'below', 'cert.pem');
    const certificate = await Certificate.load(files.config());
    const { cert, key } = certificate.current;
    assert.equal(await readFile(files.certFile, 'utf8'), cert);
    assert.equal(await readFile(files.keyFile, 'utf8'), key);
    const { mode } = await stat(files.keyFile);
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
    const { current } = await Certificate.load(files.config());
    assert.deepEqual((await Certificate.load(files.config())).current, current);
  });

  test('is not created if others can connect', async () => {
    const listen = { host: '0.0.0.0' };
    await assert.rejects(
      Certificate.load(files.config({ listen, auth: { allowOpen: true } })),
      {
        name: 'ConfigError',
        message: `The configuration is wrong:\n  tls.cert: expected a certificate at ${files.certFile}, because listen.host is 0.0.0.0, got nothing; put certificate and key there, or listen on 127.0.0.1 to have a self-signed pair created`,
      },
    );
    await assert.rejects(stat(files.certFile), { code: 'ENOENT' });
  });

  test('is not created where a folder cannot be, as a check says as well', async () => {
    const file = path.join(files.folder, 'file');
    await writeFile(file, '');
    files.certFile = path.join(file, 'cert.pem');
    files.keyFile = path.join(file, 'key.pem');
    const config = files.config();
    for (const look of [
      () => Certificate.load(config),
      () => Certificate.check(config),
    ]) {
      await assert.rejects(look, {
        name: 'ConfigError',
        message:
          /^The configuration is wrong:\n {2}tls\.cert, tls\.key: expected a certificate with its key, or folders in which a self-signed pair can be created, got E(?:EXIST|NOTDIR).*$/,
      });
    }
  });

  test('is not created if one of the two files exists', async () => {
    await writeFile(files.certFile, one.cert);
    await assert.rejects(Certificate.load(files.config()), {
      name: 'ConfigError',
      message: /tls\.cert, tls\.key: .+ ENOENT.+key\.pem/,
    });
    assert.equal(await readFile(files.certFile, 'utf8'), one.cert);
  });

  test('has a known expiry time', async () => {
    const notAfterDate = new Date('2031-05-06T07:08:09Z');
    await files.write(
      await createPair('dated', { keyType: 'ec', notAfterDate }),
    );
    const certificate = await Certificate.load(files.config());
    assert.deepEqual(certificate.expires, notAfterDate);
  });

  test('is refused if it does not match the key', async () => {
    await files.write({ cert: one.cert, key: two.key });
    await assert.rejects(Certificate.load(files.config()), {
      name: 'ConfigError',
      message: `The configuration is wrong:\n  tls.cert, tls.key: expected a certificate with its key in PEM, got the key ${files.keyFile} is not that of ${files.certFile}`,
    });
  });

  test('is refused if it is not a certificate', async () => {
    await files.write({ cert: 'no certificate', key: one.key });
    await assert.rejects(
      Certificate.load(files.config()),
      /tls\.cert, tls\.key: /,
    );
    await files.write({ cert: one.cert, key: 'no key' });
    await assert.rejects(
      Certificate.load(files.config()),
      /tls\.cert, tls\.key: /,
    );
  });

  test('is warned of once it has expired or soon will', async () => {
    const day = 86_400_000;
    const ends: [left: number, warning: RegExp][] = [
      [-day, /the certificate .+ expired on .+; browsers refuse it/],
      [13 * day, /the certificate .+ expires on .+ and was not renewed yet/],
    ];
    setLogLevel('warn');
    try {
      for (const [left, warning] of ends) {
        await files.write(
          await createPair('short', {
            keyType: 'ec',
            notBeforeDate: new Date(Date.now() - 30 * day),
            notAfterDate: new Date(Date.now() + left),
          }),
        );
        const warned = logged(warning);
        await Certificate.load(files.config());
        await warned;
      }
    } finally {
      setLogLevel('error');
    }
  });
});
