import type { Traffic } from './Media.ts';
import { addTraffic } from './Media.ts';

/** Errors of one kind. */
export interface Errors {
  count: number;
  /** The message of the first of them. */
  example: string;
}

/** The progress of one process, or of all; counted since the start. */
export interface Progress {
  /** Peers that were sent in. */
  started: number;
  /** The ones that joined, and the ones that could not. */
  joined: number;
  failed: number;
  /** Tracks that are sent and received. */
  sends: number;
  receives: number;
  traffic: Traffic;
  /** The ids of peers that received nothing for a while, though others sent. */
  silent: string[];
  /** Durations of joins, ms. */
  joins: number[];
  /** Time from the start to the first packet, ms. */
  firstPackets: number[];
  /** By their codes. */
  errors: Record<string, Errors>;
  /** CPU time of the process, or the busiest of them, s. */
  cpu: number;
}

/** The progress of all processes together. */
export function addProgress(all: readonly Progress[]): Progress {
  const errors: Record<string, Errors> = {};
  for (const progress of all) {
    for (const [code, { count, example }] of Object.entries(progress.errors)) {
      const known = (errors[code] ??= { count: 0, example });
      known.count += count;
    }
  }
  const sum = (
    field: 'started' | 'joined' | 'failed' | 'sends' | 'receives',
  ): number => all.reduce((total, progress) => total + progress[field], 0);
  return {
    started: sum('started'),
    joined: sum('joined'),
    failed: sum('failed'),
    sends: sum('sends'),
    receives: sum('receives'),
    traffic: addTraffic(all.map(({ traffic }) => traffic)),
    silent: all.flatMap(({ silent }) => silent),
    joins: all.flatMap(({ joins }) => joins),
    firstPackets: all.flatMap(({ firstPackets }) => firstPackets),
    errors,
    cpu: Math.max(0, ...all.map(({ cpu }) => cpu)),
  };
}

/** The number of errors of all kinds. */
export function countErrors({ errors }: Progress): number {
  return Object.values(errors).reduce((total, { count }) => total + count, 0);
}
