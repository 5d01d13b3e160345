import type { Summary } from './BenchCase.ts';

/**
 * The value below which a share of the values lies, between neighbours where
 * it falls between them.
 *
 * @param share - From 0 to 1.
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  const [below = NaN, above = NaN] = [sorted[low], sorted[high]];
  return below + (above - below) * (place - low);
}

/** The middle of the values, and how far they spread. */
export function summarise(values: readonly number[]): Summary {
  return {
    median: percentile(values, 0.5),
    min: Math.min(...values),
    max: Math.max(...values),
  };
}

/**
 * The growth of y with x: 1 if proportional, 2 if quadratic. It is the slope of
 * the straight line that fits the logarithms best.
 */
export function growthRate(points: readonly [x: number, y: number][]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const meanX = mean(logs.map(([x]) => x));
  const meanY = mean(logs.map(([, y]) => y));
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of logs) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return covariance / variance;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
