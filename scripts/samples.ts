/**
 * The cases that `scripts/test.ts --fast` tries where a test has very many: one
 * in so many. All other runs try every case.
 */
const SAMPLES = {
  'pairs of requests sent at once': 96,
  'requests sent while a client leaves or workers die': 16,
  'invalid values of the fields of requests': 64,
  'absurd values in requests over HTTP': 16,
  'malformed frames and handshakes': 6,
  'clients of a crowd': 5,
  'database engines under the parts above the store': 2,
  'ways to start, configure and signal a process': 10,
  'answers of the registry of packages': 3,
  'writes before a process is killed': 10,
  'random scenarios in rooms': 20,
  'random tracks': 20,
  'random bursts of frames to lasting rooms': 10,
  'random stories of lasting rooms': 5,
  'random stories of calls': 10,
} as const;

/** A kind of cases of which there may be a sample. */
export type Cases = keyof typeof SAMPLES;

/** One case in how many is tried. */
export function sampling(cases: Cases): number {
  return process.env['TEST_FAST'] === '1' ? SAMPLES[cases] : 1;
}

/** Those of a list that are tried, other ones in each turn. */
export function sample<Case>(
  cases: Cases,
  list: readonly Case[],
  turn = 0,
): Case[] {
  const share = sampling(cases);
  return list.filter((_, index) => (index + turn) % share === 0);
}

/** The number of random cases to try, of a full number of them. */
export function sampleSize(cases: Cases, full: number): number {
  return Math.ceil(full / sampling(cases));
}

/** All samples in words, for the report of a run. */
export function describeSamples(): string[] {
  return Object.entries(SAMPLES).map(
    ([cases, share]) => `1 in ${share} of the ${cases}`,
  );
}
