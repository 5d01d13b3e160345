import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Content encodings that are offered, the preferred one first. */
const ENCODINGS = ['br', 'gzip', 'identity'] as const;

/** A content encoding that the page is served in. */
export type Encoding = (typeof ENCODINGS)[number];

/** The size below which compression saves less than a packet, in bytes. */
const WORTH_COMPRESSING = 1_024;

/** Names of files whose content is already compressed. */
const COMPRESSED = /\.(?:avif|gz|jpe?g|mp[34]|png|web[mp]|woff2?)$/i;

const compressors = {
  br: (content: Buffer): Promise<Buffer> =>
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }),
  gzip: (content: Buffer): Promise<Buffer> =>
    promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
  identity: (content: Buffer): Promise<Buffer> => Promise.resolve(content),
};

/** A file of the page, in memory. */
export class PageFile {
  /** The path relative to the page's folder, with slashes. */
  readonly name: string;
  /** Encodings in which the file is served, the preferred one first. */
  readonly encodings: readonly Encoding[];
  readonly #content: Buffer;
  readonly #hash: string;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  constructor(name: string, content: Buffer) {
    this.name = name;
    this.encodings =
      content.length >= WORTH_COMPRESSING && !COMPRESSED.test(name)
        ? ENCODINGS
        : ['identity'];
    this.#content = content;
    this.#hash = createHash('sha256').update(content).digest('base64url');
  }

  /** The content in an encoding; compressed once, on first use. */
  encoded(encoding: Encoding): Promise<Buffer> {
    let encoded = this.#encoded.get(encoding);
    if (encoded === undefined) {
      encoded = compressors[encoding](this.#content);
      this.#encoded.set(encoding, encoded);
      // A failure, such as a lack of memory, is not kept.
      encoded.catch(() => this.#encoded.delete(encoding));
    }
    return encoded;
  }

  /** The entity tag of the content in an encoding, different for each encoding. */
  entityTag(encoding: Encoding): string {
    return `"${this.#hash}-${encoding}"`;
  }
}
