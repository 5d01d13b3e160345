import type { types } from 'mediasoup';

/** There are fewer kinds of clients than this. */
const MOST_KEPT = 64;

/** Capabilities by their JSON, those that came last at the end. */
const kept = new Map<string, types.RtpCapabilities>();

/**
 * The same object for equal capabilities. They come to a hundred objects, most
 * clients are of a few kinds, and so is what they can receive.
 */
export function shareCapabilities(
  capabilities: types.RtpCapabilities,
): types.RtpCapabilities {
  const text = JSON.stringify(capabilities);
  const shared = kept.get(text) ?? capabilities;
  kept.delete(text);
  kept.set(text, shared);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) {
    kept.delete(oldest);
  }
  return shared;
}

/** What capabilities are compared with of a producer. */
type Consumable = Pick<types.Producer, 'kind' | 'consumableRtpParameters'>;

/** The types that producers are sent in; mediasoup copies all it is asked for. */
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

/** What of capabilities has to do with producers, by the types they are sent in. */
const parts = new WeakMap<
  types.RtpCapabilities,
  Map<string, types.RtpCapabilities>
>();

/**
 * What of a client's capabilities has to do with a producer. The engine copies
 * and checks all that it is given whenever a track is consumed, and most of what
 * clients list is codecs that it is not sent in.
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
