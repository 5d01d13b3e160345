import { createPrivateKey, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

import jwt from 'jsonwebtoken';

import { UsageError } from '../UsageError.ts';

/** Beyond what the load takes, s. */
const SPARE = 3_600;

/** Makes tokens for the peers of a load. */
export class Signer {
  readonly #key: KeyObject;
  readonly #algorithm: jwt.Algorithm;
  readonly #kid: string | undefined;

  private constructor(
    key: KeyObject,
    algorithm: jwt.Algorithm,
    kid: string | undefined,
  ) {
    this.#key = key;
    this.#algorithm = algorithm;
    this.#kid = kid;
  }

  /**
   * Reads a key from a file, or else takes the secret from the environment.
   *
   * @returns Nothing when there is neither.
   * @throws {UsageError} When the file is no key.
   */
  static find(
    file: string | undefined,
    kid: string | undefined,
  ): Signer | undefined {
    const secret = process.env['ATRIUM_AUTH_SECRET'] ?? '';
    if (file === undefined) {
      return secret === ''
        ? undefined
        : new Signer(createSecretKey(Buffer.from(secret)), 'HS256', kid);
    }
    try {
      const content = readFileSync(file, 'utf8').trim();
      if (!content.startsWith('-----BEGIN')) {
        return new Signer(createSecretKey(Buffer.from(content)), 'HS256', kid);
      }
      const key = createPrivateKey(content);
      return new Signer(key, algorithmOf(key), kid);
    } catch (error) {
      throw new UsageError(`--key: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  /** A token that is good for one peer in one room, so long, s. */
  sign(roomId: string, peerId: string, seconds: number): string {
    return jwt.sign({ room: roomId }, this.#key, {
      algorithm: this.#algorithm,
      subject: peerId,
      expiresIn: seconds + SPARE,
      ...(this.#kid !== undefined && { keyid: this.#kid }),
    });
  }
}

function algorithmOf(key: KeyObject): jwt.Algorithm {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return 'RS256';
    case 'ec':
      return 'ES256';
    default:
      throw new Error(
        `expected a private RSA or P-256 key, got one of type ${key.asymmetricKeyType}`,
      );
  }
}
