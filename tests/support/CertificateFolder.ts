import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { generate } from 'selfsigned';
import type { SelfsignedOptions } from 'selfsigned';

import { parseConfig } from '../../lib/config/load.ts';
import type { Config, ConfigInput } from '../../lib/config/schema.ts';
import type { KeyPair } from '../../lib/http/tlsOptions.ts';

/** Creates a self-signed certificate and its key. */
export async function createPair(
  commonName: string,
  options: SelfsignedOptions = { keyType: 'ec' },
): Promise<KeyPair> {
  const { cert, private: key } = await generate(
    [{ name: 'commonName', value: commonName }],
    options,
  );
  return { cert, key };
}

/** A folder with a certificate and its key, and a config that refers to them. */
export class CertificateFolder implements AsyncDisposable {
  readonly folder: string;
  certFile: string;
  keyFile: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.certFile = path.join(folder, 'cert.pem');
    this.keyFile = path.join(folder, 'key.pem');
  }

  static async create(): Promise<CertificateFolder> {
    return new CertificateFolder(
      await mkdtemp(path.join(tmpdir(), 'atrium-certificate-')),
    );
  }

  config(input: ConfigInput = {}): Config {
    return parseConfig({
      ...input,
      tls: { cert: this.certFile, key: this.keyFile },
    });
  }

  async write({ cert, key }: KeyPair): Promise<void> {
    await writeFile(this.keyFile, key);
    await writeFile(this.certFile, cert);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
