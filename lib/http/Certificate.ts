import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';
import { generate } from 'selfsigned';

import { isLoopback } from '../access/network.ts';
import { ConfigError, PROJECT_ROOT } from '../config.ts';
import type { Config } from '../config.ts';
import { Logger } from '../logger.ts';

const DAILY = '17 3 * * *';

/** Renewals write two files and often more; look when they have settled. */
const SETTLE_TIME = 500;

const SELF_SIGNED_DAYS = 365;

/** A certificate chain and its key, PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

/** Self-signed pairs on their way, for other servers that start meanwhile. */
const making = new Map<string, Promise<void>>();

/** The TLS files: read, made where they may be, and watched for renewal. */
export class Certificate {
  readonly #logger = new Logger('Certificate');
  readonly #certFile: string;
  readonly #keyFile: string;
  #current: KeyPair;
  #watchers: FSWatcher[] = [];
  #settling: NodeJS.Timeout | undefined;
  #daily: ScheduledTask | undefined;

  private constructor(certFile: string, keyFile: string, current: KeyPair) {
    this.#certFile = certFile;
    this.#keyFile = keyFile;
    this.#current = current;
  }

  /**
   * Reads the files that the config names. If there are none and only this
   * machine can connect, a self-signed pair is made in their place.
   *
   * @throws {ConfigError} When a file is missing, unreadable or does not match
   *   the other.
   */
  static async load(config: Config): Promise<Certificate> {
    const certFile = path.resolve(PROJECT_ROOT, config.tls.cert);
    const keyFile = path.resolve(PROJECT_ROOT, config.tls.key);
    const coming = making.get(certFile);
    if (coming !== undefined) {
      await coming;
    } else if (!existsSync(certFile) && !existsSync(keyFile)) {
      if (!isLoopback(config.listen.host)) {
        throw new ConfigError([
          `tls.cert: expected a certificate at ${certFile}, because listen.host is ${config.listen.host}, got nothing; put certificate and key there, or listen on 127.0.0.1 to have a self-signed pair made`,
        ]);
      }
      const made = makeSelfSigned(certFile, keyFile).finally(() =>
        making.delete(certFile),
      );
      making.set(certFile, made);
      await made;
      new Logger('Certificate').info(
        'made a self-signed certificate for this machine: %s',
        certFile,
      );
    }
    let pair: KeyPair;
    try {
      pair = await readPair(certFile, keyFile);
    } catch (error) {
      throw new ConfigError([
        `tls.cert, tls.key: expected a certificate with its key in PEM, got ${messageOf(error)}`,
      ]);
    }
    return new Certificate(certFile, keyFile, pair);
  }

  get current(): KeyPair {
    return this.#current;
  }

  /**
   * Calls back with the new pair whenever the files hold one: soon after they
   * change, and at the latest the next night. A pair that cannot be served is
   * logged and the old one stays.
   */
  watch(onRenewed: (pair: KeyPair) => void): void {
    const look = (): void => {
      this.#reload(onRenewed).catch((error: unknown) => {
        this.#logger.error(
          'the new certificate cannot be served, the old one stays: %s',
          messageOf(error),
        );
      });
    };
    const lookSoon = (): void => {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(look, SETTLE_TIME);
    };
    // Folders are watched because renewals replace files, or links to them.
    const folders = new Set(
      [this.#certFile, this.#keyFile].map((file) => path.dirname(file)),
    );
    for (const folder of folders) {
      const watcher = watch(folder, lookSoon);
      watcher.on('error', (error) => {
        this.#logger.warn('cannot watch %s: %s', folder, error.message);
      });
      this.#watchers.push(watcher);
    }
    this.#daily = schedule(DAILY, look, { name: 'certificate' });
  }

  /** Stops watching. */
  async close(): Promise<void> {
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers) {
      watcher.close();
    }
    this.#watchers = [];
    await this.#daily?.destroy();
  }

  async #reload(onRenewed: (pair: KeyPair) => void): Promise<void> {
    const pair = await readPair(this.#certFile, this.#keyFile);
    const { cert, key } = this.#current;
    if (pair.cert === cert && pair.key === key) {
      return;
    }
    this.#current = pair;
    onRenewed(pair);
    this.#logger.info('the certificate was renewed');
  }
}

/** @throws {Error} When the files are no pair. */
async function readPair(certFile: string, keyFile: string): Promise<KeyPair> {
  const [cert, key] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    throw new Error(`the key ${keyFile} is not that of ${certFile}`);
  }
  return { cert, key };
}

async function makeSelfSigned(
  certFile: string,
  keyFile: string,
): Promise<void> {
  const notAfterDate = new Date();
  notAfterDate.setDate(notAfterDate.getDate() + SELF_SIGNED_DAYS);
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  await mkdir(path.dirname(certFile), { recursive: true });
  await mkdir(path.dirname(keyFile), { recursive: true });
  await writeFile(keyFile, made.private, { mode: 0o600 });
  await writeFile(certFile, made.cert);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
