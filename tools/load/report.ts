import type { Outcome, Standing } from './Load.ts';
import type { Traffic } from './Media.ts';
import type { Limits } from './options.ts';
import { countErrors } from './Progress.ts';
import type { Errors } from './Progress.ts';
import { SILENCE } from './Silence.ts';

/** More peers than this are counted and not named. */
const MOST_NAMES = 10;

/** Half, all but one in twenty, and all but one in a hundred took at most, ms. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

/** The outcome of a load, for people and programs. */
export interface Result {
  /** Its duration, s. */
  seconds: number;
  peers: { started: number; joined: number; failed: number };
  tracks: { sent: number; received: number };
  /** From connecting until everything is sent and received; ms. */
  join: Latency | undefined;
  /** From connecting until the first packet had come and the join was over; ms. */
  firstPacket: Latency | undefined;
  packets: { sent: number; received: number; lost: number };
  /** Packets that are missing of those that should have come, percent. */
  loss: number;
  /** Of all peers together once the last had been sent in, bit/s. */
  bitrate: { sent: number; received: number };
  /** The ids of peers that received nothing for a while, though others sent. */
  silent: string[];
  errors: Record<string, Errors>;
  /** Of the busiest process of this tool, as a share of a core, percent. */
  cpu: number;
  /** Which thresholds were passed, in sentences. */
  failures: string[];
}

/** Sums a load up. */
export function resultOf(outcome: Outcome, limits: Limits): Result {
  const { progress, seconds, steady } = outcome;
  const { started, joined, failed, sends, receives, traffic } = progress;
  const result = {
    seconds,
    peers: { started, joined, failed },
    tracks: { sent: sends, received: receives },
    join: latency(progress.joins),
    firstPacket: latency(progress.firstPackets),
    packets: {
      sent: traffic.sentPackets,
      received: traffic.receivedPackets,
      lost: traffic.lostPackets,
    },
    loss: lossOf(traffic),
    bitrate: {
      sent: (steady.traffic.sentBytes * 8) / steady.seconds,
      received: (steady.traffic.receivedBytes * 8) / steady.seconds,
    },
    silent: progress.silent,
    errors: progress.errors,
    cpu: (progress.cpu / seconds) * 100,
  };
  return {
    ...result,
    failures: failuresOf(result, countErrors(progress), limits),
  };
}

/** One line on the state of a load, with what flowed since the last one. */
export function progressLine(now: Standing, before: Standing): string {
  const { started, joined, sends, receives, traffic } = now.progress;
  const seconds = now.seconds - before.seconds;
  const rate = (field: 'sentBytes' | 'receivedBytes'): string =>
    megabits(((traffic[field] - before.progress.traffic[field]) * 8) / seconds);
  return [
    `${now.seconds.toFixed(0)} s`,
    `${joined} of ${started} peers in`,
    `${sends} tracks sent (${rate('sentBytes')})`,
    `${receives} received (${rate('receivedBytes')})`,
    `${percent(lossOf(traffic))} lost`,
    `${now.progress.silent.length} silent`,
    `${countErrors(now.progress)} errors`,
  ].join(', ');
}

/** The table at the end. */
export function table(result: Result): string {
  const { peers, tracks, packets, bitrate } = result;
  const rows: [string, string][] = [
    [
      'peers',
      `${peers.joined} of ${peers.started} joined, ${peers.failed} could not`,
    ],
    ['tracks', `${tracks.sent} sent, ${tracks.received} received`],
    ['join', milliseconds(result.join)],
    ['first packet', milliseconds(result.firstPacket)],
    [
      'packets',
      `${packets.sent} sent, ${packets.received} received, ${packets.lost} lost (${percent(result.loss)})`,
    ],
    [
      'bitrate',
      `${megabits(bitrate.sent)} sent, ${megabits(bitrate.received)} received`,
    ],
    ['silent', named(result.silent)],
    ['this tool', `${result.cpu.toFixed(0)} % of a core at most`],
    ...Object.entries(result.errors).map(
      ([code, { count, example }]): [string, string] => [
        'error',
        `${count} × ${code}: ${example}`,
      ],
    ),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join('\n');
}

function failuresOf(
  { peers, join, loss, silent }: Omit<Result, 'failures'>,
  errors: number,
  limits: Limits,
): string[] {
  const failures: string[] = [];
  if (peers.joined === 0) {
    failures.push('no peer could join');
  }
  if (silent.length > 0) {
    failures.push(
      `received nothing for ${SILENCE / 1_000} s, though others sent: ${named(silent)}`,
    );
  }
  if (limits.loss !== undefined && loss > limits.loss) {
    failures.push(
      `${percent(loss)} of the packets were lost, at most ${limits.loss} % may be`,
    );
  }
  if (limits.joinP99 !== undefined && (join?.p99 ?? 0) > limits.joinP99) {
    failures.push(
      `one join in a hundred took ${join?.p99.toFixed(0)} ms or more, ${limits.joinP99} ms are allowed`,
    );
  }
  if (limits.errors !== undefined && errors > limits.errors) {
    failures.push(
      `there were ${errors} errors, at most ${limits.errors} may be`,
    );
  }
  return failures;
}

/** The first few by name. */
function named(ids: readonly string[]): string {
  if (ids.length === 0) {
    return 'none';
  }
  const rest = ids.length - MOST_NAMES;
  const first = ids.slice(0, MOST_NAMES).join(', ');
  return rest > 0 ? `${first} and ${rest} more` : first;
}

function latency(times: readonly number[]): Latency | undefined {
  if (times.length === 0) {
    return undefined;
  }
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function lossOf({ receivedPackets, lostPackets }: Traffic): number {
  return lostPackets === 0
    ? 0
    : (lostPackets / (receivedPackets + lostPackets)) * 100;
}

function milliseconds(latency: Latency | undefined): string {
  if (latency === undefined) {
    return 'none';
  }
  const { p50, p95, p99 } = latency;
  return `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}

function megabits(bits: number): string {
  return `${(bits / 1e6).toFixed(2)} Mbit/s`;
}

function percent(value: number): string {
  return `${value.toFixed(2)} %`;
}
