import type { types } from 'mediasoup';
import { UnsupportedError } from 'mediasoup/errors';

import { SharedValues } from '../core/SharedValues.ts';

/** More than there are kinds of clients. */
const MOST_KEPT = 64;

const kept = new SharedValues<types.RtpCapabilities>(MOST_KEPT);

/**
 * Returns the same object for equal capabilities. Each consists of a hundred
 * objects, and most clients are of a few kinds.
 */
export function shareCapabilities(
  capabilities: types.RtpCapabilities,
): types.RtpCapabilities {
  return kept.share(capabilities);
}

/** The part of a producer that capabilities are compared with. */
type Consumable = Pick<types.Producer, 'kind' | 'consumableRtpParameters'>;

/** The MIME types of producers; mediasoup copies them at each access. */
const sentTypes = new WeakMap<Consumable, string>();

function typesOf(producer: Consumable): string {
  let sent = sentTypes.get(producer);
  if (sent === undefined) {
    const { codecs } = producer.consumableRtpParameters;
    const mimeTypes = codecs.map(({ mimeType }) => mimeType.toLowerCase());
    sent = Array.from(new Set(mimeTypes)).toSorted().join();
    sentTypes.set(producer, sent);
  }
  return sent;
}

/** The parts of capabilities that concern producers, by their MIME types. */
const parts = new WeakMap<
  types.RtpCapabilities,
  Map<string, types.RtpCapabilities>
>();

/**
 * The part of a client's capabilities that concerns a producer. mediasoup copies
 * and checks all that it is given for each consumer, and most of what clients list
 * are codecs that the producer does not send.
 */
export function capabilitiesFor(
  producer: Consumable,
  capabilities: types.RtpCapabilities,
): types.RtpCapabilities {
  const sent = typesOf(producer);
  const known =
    parts.get(capabilities) ?? new Map<string, typeof capabilities>();
  let part = known.get(sent);
  if (part === undefined) {
    part = partOf(capabilities, sent.split(','), producer.kind);
    parts.set(capabilities, known.set(sent, part));
  }
  return part;
}

function partOf(
  { codecs, headerExtensions }: types.RtpCapabilities,
  sent: readonly string[],
  wanted: types.MediaKind,
): types.RtpCapabilities {
  return {
    codecs: codecs?.filter(({ mimeType }) =>
      sent.includes(mimeType.toLowerCase()),
    ),
    headerExtensions: headerExtensions?.filter(({ kind }) => kind === wanted),
  };
}

/** Adds the codecs that would fit: mediasoup says only that none does. */
export function withCodecs(
  error: unknown,
  { rtpParameters }: types.Producer,
): unknown {
  if (!(error instanceof UnsupportedError)) {
    return error;
  }
  const sent = rtpParameters.codecs.map(({ mimeType }) => mimeType).join(', ');
  return new UnsupportedError(
    `expected a codec that the producer sends (${sent}), got none`,
  );
}
