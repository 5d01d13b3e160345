import { requireOfMediasoup } from './mediasoupModule.ts';

/** The part of a writer of flatbuffers that is used here. */
interface Builder {
  /** Writes a text, or bytes of UTF-8. */
  createString(text: string | Uint8Array): number;
}

/**
 * Has mediasoup encode the texts of its requests in Node's pool of small buffers.
 * flatbuffers allocates memory for each, and a request for a consumer has over a dozen.
 *
 * @throws {Error} If this version of mediasoup writes texts in another way.
 */
export function poolTexts(): void {
  const { Builder } = requireOfMediasoup('flatbuffers') as {
    Builder?: { readonly prototype: Partial<Builder> };
  };
  const create = Builder?.prototype.createString;
  if (Builder === undefined || create === undefined) {
    throw new Error('flatbuffers: expected Builder.createString, got none');
  }
  Builder.prototype.createString = function createString(
    this: Builder,
    text,
  ): number {
    return create.call(
      this,
      typeof text === 'string' ? Buffer.from(text) : text,
    );
  };
}
