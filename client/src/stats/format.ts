import { number, text as words } from '../texts/texts.ts';

/** Stands where there is nothing to say, or not yet. */
const NOTHING = '–';

export function bitrate(bitsPerSecond: number | undefined): string {
  if (bitsPerSecond === undefined) {
    return NOTHING;
  }
  return bitsPerSecond < 1_000_000
    ? words('stats.kilobits', { rate: Math.round(bitsPerSecond / 1_000) })
    : words('stats.megabits', { rate: fixed(bitsPerSecond / 1_000_000, 2) });
}

export function milliseconds(seconds: number | undefined): string {
  return seconds === undefined
    ? NOTHING
    : words('stats.milliseconds', { time: Math.round(seconds * 1_000) });
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
  return fixed(all > 0 ? lost / all : 0, 1, 'percent');
}

export function picture(
  width: number | undefined,
  height: number | undefined,
): string {
  return width === undefined || height === undefined
    ? NOTHING
    : words('stats.size', {
        width: number(width, { useGrouping: false }),
        height: number(height, { useGrouping: false }),
      });
}

export function frames(perSecond: number | undefined): string {
  return perSecond === undefined
    ? NOTHING
    : words('stats.framesPerSecond', { frames: Math.round(perSecond) });
}

/** From "video/VP8" to "VP8". */
export function codec(mimeType: string | undefined): string {
  return mimeType?.split('/')[1] ?? NOTHING;
}

/** A score of mediasoup's: 10 when everything arrives, 0 when nothing does. */
export function score(value: number | undefined): string {
  return value === undefined
    ? NOTHING
    : words('stats.scoreOf', { score: value });
}

export function text(value: string | undefined): string {
  return value ?? NOTHING;
}

function fixed(
  value: number,
  digits: number,
  style: 'decimal' | 'percent' = 'decimal',
): string {
  return number(value, {
    style,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
