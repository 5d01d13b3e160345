import type { ServerPeerStats } from '@atrium/server-sdk';

/** Shown where there is nothing to say, or not yet. */
export const NOTHING = '–';

/** A bitrate in the unit that suits it. */
export function bitrate(bitsPerSecond: number | undefined): string {
  if (bitsPerSecond === undefined) {
    return NOTHING;
  }
  return bitsPerSecond < 1_000_000
    ? `${Math.round(bitsPerSecond / 1_000)} kbit/s`
    : `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbit/s`;
}

export function bytes(count: number | undefined): string {
  return count === undefined ? NOTHING : `${Math.round(count / 1_048_576)} MiB`;
}

export function percent(value: number | undefined): string {
  return value === undefined ? NOTHING : `${Math.round(value)} %`;
}

export function milliseconds(value: number | undefined): string {
  return value === undefined ? NOTHING : `${Math.round(value)} ms`;
}

/** A moment in the time zone of the operator. */
export function moment(text: string | undefined): string {
  return text === undefined
    ? NOTHING
    : new Date(text).toLocaleString(undefined, {
        dateStyle: 'short',
        timeStyle: 'medium',
      });
}

/** The time since a moment, in its two largest units. */
export function since(text: string | undefined, now = Date.now()): string {
  if (text === undefined) {
    return NOTHING;
  }
  const seconds = Math.max(0, Math.floor((now - Date.parse(text)) / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) {
    return `${days} d ${hours % 24} h`;
  }
  if (hours > 0) {
    return `${hours} h ${minutes % 60} min`;
  }
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/**
 * The path of a peer's media: its protocol, and the other address if it is not that
 * of the signalling connection, as with a TURN server.
 */
export function path(
  transports: ServerPeerStats['transports'],
  network: string,
): string {
  const paths = transports.flatMap(({ protocol, remoteAddress }) =>
    protocol === undefined
      ? []
      : [
          `${protocol.toUpperCase()}${
            remoteAddress === undefined || remoteAddress === network
              ? ''
              : ` via ${remoteAddress}`
          }`,
        ],
  );
  return Array.from(new Set(paths)).join(', ') || NOTHING;
}

/** The layers of a received track. */
export function layers({
  spatialLayer,
  temporalLayer,
}: ServerPeerStats['received'][number]): string {
  const named = [
    spatialLayer === undefined ? undefined : `S${spatialLayer}`,
    temporalLayer === undefined ? undefined : `T${temporalLayer}`,
  ].filter((it) => it !== undefined);
  return named.join(' ') || NOTHING;
}

/** The figures of a peer's media in one line. */
export interface MediaTotals {
  readonly incoming: number;
  readonly outgoing: number;
  readonly lost: number;
  /** The longest round trip, ms. */
  readonly roundTripTime: number | undefined;
  /** The worst score of what is not paused. */
  readonly score: number | undefined;
}

/** Adds up the media of a peer. */
export function totals({
  transports,
  sent,
  received,
}: ServerPeerStats): MediaTotals {
  const streams = [...sent, ...received];
  const times = streams.flatMap((it) => it.roundTripTime ?? []);
  const scores = streams.flatMap(({ paused, score }) => (paused ? [] : score));
  return {
    incoming: sum(transports.map((it) => it.incomingBitrate)),
    outgoing: sum(transports.map((it) => it.outgoingBitrate)),
    lost: sum(streams.map((it) => it.packetsLost)),
    roundTripTime: times.length === 0 ? undefined : Math.max(...times),
    score: scores.length === 0 ? undefined : Math.min(...scores),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
