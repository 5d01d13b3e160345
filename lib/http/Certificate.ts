import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, constants, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext } from 'node:tls';

import { schedule } from 'node-cron';
import type { ScheduledTask } from 'node-cron';

import { ConfigError } from '../core/ConfigError.ts';
import { PROJECT_ROOT } from '../core/projectRoot.ts';
import { publicAddresses } from '../limits/addresses.ts';
import type { AddressSections } from '../limits/addresses.ts';
import type { TlsOptions } from './options.ts';
import { Logger } from '../core/logger.ts';
import { makeSelfSigned } from './selfSigned.ts';
import { tlsOptions } from './tlsOptions.ts';
import type { KeyPair } from './tlsOptions.ts';

/** The sections that name the files. */
interface CertificateSections extends AddressSections {
  readonly tls: TlsOptions;
}

const logger = new Logger('Certificate');

const DAILY = '17 3 * * *';

/**
 * The interval at which the files are checked, in ms. They are checked by their
 * paths, because a renewal may replace a link or a folder, or happen on a network
 * drive, where file events are unreliable.
 */
const LOOK_INTERVAL = 1_000;

/** The time before its expiry from which a certificate is warned about, in ms. */
const EXPIRY_NOTICE = 14 * 86_400_000;

const PEM_CERTIFICATE =
  /-----BEGIN CERTIFICATE-----[^-]*(?:-----END CERTIFICATE-----)?/g;

/** Self-signed pairs that are being created, shared by servers that start at once. */
const making = new Map<string, Promise<void>>();

/** The TLS files: read, created on a loopback address, and watched for renewal. */
export class Certificate {
  readonly #certFile: string;
  readonly #keyFile: string;
  #current: KeyPair;
  /** The state of the files when they were last read. */
  #read: string;
  #reloadFailed = false;
  #onRenewed: ((pair: KeyPair) => void) | undefined;
  /** Serialises readings, so that the newest comes last. */
  #reading: Promise<void> = Promise.resolve();
  #nextLook: NodeJS.Timeout | undefined;
  #daily: ScheduledTask | undefined;

  private constructor(
    certFile: string,
    keyFile: string,
    current: KeyPair,
    read: string,
  ) {
    this.#certFile = certFile;
    this.#keyFile = keyFile;
    this.#current = current;
    this.#read = read;
  }

  /**
   * Reads the files that the config names. If both are missing and only this
   * machine can connect, it creates a self-signed pair in their place.
   *
   * @throws {ConfigError} When a file is missing, unreadable, does not match
   *   the other, or cannot be used for TLS.
   */
  static async load(config: CertificateSections): Promise<Certificate> {
    const [certFile, keyFile] = filesOf(config);
    const coming = making.get(certFile);
    if (coming !== undefined) {
      await coming;
    } else if (!existsSync(certFile) && !existsSync(keyFile)) {
      requireLoopback(config, certFile);
      const made = makeSelfSigned(certFile, keyFile).finally(() =>
        making.delete(certFile),
      );
      making.set(certFile, made);
      try {
        await made;
      } catch (error) {
        throw notMade(error);
      }
      logger.info(
        'made a self-signed certificate for this machine: %s',
        certFile,
      );
    }
    return Certificate.#readFirst(certFile, keyFile);
  }

  /**
   * Checks that {@link load} would succeed, without creating anything.
   *
   * @throws {ConfigError} When it would not.
   */
  static async check(config: CertificateSections): Promise<void> {
    const [certFile, keyFile] = filesOf(config);
    if (existsSync(certFile) || existsSync(keyFile)) {
      await Certificate.#readFirst(certFile, keyFile);
      return;
    }
    requireLoopback(config, certFile);
    for (const file of [certFile, keyFile]) {
      try {
        // The dot makes this fail if the path is not a folder.
        await access(`${existingFolderOf(file)}/.`, constants.W_OK);
      } catch (error) {
        throw notMade(error);
      }
    }
  }

  /** @throws {ConfigError} When the pair cannot be used. */
  static async #readFirst(
    certFile: string,
    keyFile: string,
  ): Promise<Certificate> {
    const state = await stateOf(certFile, keyFile);
    let pair: KeyPair;
    try {
      pair = await readPair(certFile, keyFile);
    } catch (error) {
      throw new ConfigError([
        `tls.cert, tls.key: expected a certificate with its key in PEM, got ${messageOf(error)}`,
      ]);
    }
    const certificate = new Certificate(certFile, keyFile, pair, state);
    certificate.#warnOfExpiry();
    return certificate;
  }

  /** The pair that is served. */
  get current(): KeyPair {
    return this.#current;
  }

  /** The time at which the certificate in use expires. */
  get expires(): Date {
    return new X509Certificate(this.#current.cert).validToDate;
  }

  /** True if the pair in the files could not be used when they were last read. */
  get reloadFailed(): boolean {
    return this.#reloadFailed;
  }

  /**
   * Calls back with each new pair soon after the files have changed, and at the
   * latest the next night. If a pair cannot be used, or the callback throws, the
   * error is logged and the old pair stays in use.
   */
  watch(onRenewed: (pair: KeyPair) => void): void {
    this.#onRenewed = onRenewed;
    this.#lookLater(this.#read);
    this.#daily = schedule(
      DAILY,
      async () => {
        await this.reload();
        this.#warnOfExpiry();
      },
      { name: 'certificate' },
    );
  }

  /** Reads the files, even if they have not changed. */
  reload(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      const state = await stateOf(this.#certFile, this.#keyFile);
      try {
        await this.#takeOver();
        this.#reloadFailed = false;
      } catch (error) {
        this.#reloadFailed = true;
        logger.error(
          'the new certificate cannot be served, the old one stays: %s',
          messageOf(error),
        );
      }
      this.#read = state;
    });
    return this.#reading;
  }

  /** Stops watching. */
  async close(): Promise<void> {
    this.#onRenewed = undefined;
    clearTimeout(this.#nextLook);
    await this.#daily?.destroy();
  }

  /** Reads a new pair, which becomes the current one once the callback accepts it. */
  async #takeOver(): Promise<void> {
    const pair = await readPair(this.#certFile, this.#keyFile);
    const { cert, key } = this.#current;
    const onRenewed = this.#onRenewed;
    if (onRenewed === undefined || (pair.cert === cert && pair.key === key)) {
      return;
    }
    onRenewed(pair);
    this.#current = pair;
    logger.info('the certificate was renewed');
    this.#warnOfExpiry();
  }

  #lookLater(seen: string): void {
    this.#nextLook = setTimeout(() => {
      void this.#look(seen);
    }, LOOK_INTERVAL);
  }

  /**
   * Reads the files if they have changed. A renewal writes several files, so they
   * are read only after two checks have found the same state.
   */
  async #look(seen: string): Promise<void> {
    const state = await stateOf(this.#certFile, this.#keyFile);
    if (state !== this.#read && state === seen) {
      await this.reload();
    }
    if (this.#onRenewed !== undefined) {
      this.#lookLater(state);
    }
  }

  #warnOfExpiry(): void {
    const { expires } = this;
    const left = expires.getTime() - Date.now();
    if (left <= 0) {
      logger.warn(
        'the certificate %s expired on %s; browsers refuse it',
        this.#certFile,
        expires.toISOString(),
      );
    } else if (left <= EXPIRY_NOTICE) {
      logger.warn(
        'the certificate %s expires on %s and was not renewed yet',
        this.#certFile,
        expires.toISOString(),
      );
    }
  }
}

function filesOf({
  tls,
}: CertificateSections): [certFile: string, keyFile: string] {
  return [
    path.resolve(PROJECT_ROOT, tls.cert),
    path.resolve(PROJECT_ROOT, tls.key),
  ];
}

/** @throws {ConfigError} Where browsers elsewhere would see a self-signed pair. */
function requireLoopback(
  sections: CertificateSections,
  certFile: string,
): void {
  const reached = publicAddresses(sections).find(({ tls }) => tls);
  if (reached !== undefined) {
    throw new ConfigError([
      `tls.cert: expected a certificate at ${certFile}, because ${reached.option}.host is ${reached.host}, got nothing; put certificate and key there, or listen on 127.0.0.1 to have a self-signed pair created`,
    ]);
  }
}

function notMade(error: unknown): ConfigError {
  return new ConfigError([
    `tls.cert, tls.key: expected a certificate with its key, or folders in which a self-signed pair can be created, got ${messageOf(error)}`,
  ]);
}

/** The folder of a file, or its nearest parent folder that exists. */
function existingFolderOf(file: string): string {
  let folder = path.dirname(file);
  while (!existsSync(folder) && folder !== path.dirname(folder)) {
    folder = path.dirname(folder);
  }
  return folder;
}

/** @throws {Error} When the files are no pair, or TLS does not take it. */
async function readPair(certFile: string, keyFile: string): Promise<KeyPair> {
  const [cert, key] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
  ]);
  // In a chain that is only partly written, the last certificate is cut off.
  const [leaf] = (cert.match(PEM_CERTIFICATE) ?? [cert]).map(
    (pem) => new X509Certificate(pem),
  );
  if (leaf?.checkPrivateKey(createPrivateKey(key)) !== true) {
    throw new Error(`the key ${keyFile} is not that of ${certFile}`);
  }
  createSecureContext(tlsOptions({ cert, key }));
  return { cert, key };
}

/** A text that changes when the files change, or other files take their paths. */
async function stateOf(...files: string[]): Promise<string> {
  const states = await Promise.all(
    files.map(async (file) => {
      try {
        const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, {
          bigint: true,
        });
        return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
      } catch (error) {
        return messageOf(error);
      }
    }),
  );
  return states.join('\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
