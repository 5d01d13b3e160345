/** Stands where there is nothing to say, or not yet. */
const NOTHING = '–';

export function bitrate(bitsPerSecond: number | undefined): string {
  if (bitsPerSecond === undefined) {
    return NOTHING;
  }
  return bitsPerSecond < 1_000_000
    ? `${Math.round(bitsPerSecond / 1_000)} kbit/s`
    : `${(bitsPerSecond / 1_000_000).toFixed(2)} Mbit/s`;
}

export function milliseconds(seconds: number | undefined): string {
  return seconds === undefined ? NOTHING : `${Math.round(seconds * 1_000)} ms`;
}

/** The share of packets lost, from the rates of arrivals and losses. */
export function loss(
  lost: number | undefined,
  came: number | undefined,
): string {
  if (lost === undefined || came === undefined) {
    return NOTHING;
  }
  const all = lost + came;
  return `${(all > 0 ? (lost / all) * 100 : 0).toFixed(1)} %`;
}

export function picture(
  width: number | undefined,
  height: number | undefined,
): string {
  return width === undefined || height === undefined
    ? NOTHING
    : `${width} × ${height}`;
}

export function frames(perSecond: number | undefined): string {
  return perSecond === undefined ? NOTHING : `${Math.round(perSecond)} fps`;
}

/** From "video/VP8" to "VP8". */
export function codec(mimeType: string | undefined): string {
  return mimeType?.split('/')[1] ?? NOTHING;
}

/** A score of mediasoup's: 10 when everything arrives, 0 when nothing does. */
export function score(value: number | undefined): string {
  return value === undefined ? NOTHING : `${value} of 10`;
}

export function text(value: string | undefined): string {
  return value ?? NOTHING;
}
