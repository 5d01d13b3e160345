import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const DAYS = 365;

/** Creates a self-signed certificate for this machine, with its key. */
export async function makeSelfSigned(
  certFile: string,
  keyFile: string,
): Promise<void> {
  // Most servers have a certificate and never need this large package.
  const { generate } = await import('selfsigned');
  const notAfterDate = new Date();
  notAfterDate.setDate(notAfterDate.getDate() + DAYS);
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
