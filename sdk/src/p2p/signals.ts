import type { RequestFrame } from '@atrium/protocol/sessions';
import { SOURCES } from '../core/index.ts';
import type { Source } from '../core/index.ts';

/** Most media sections in a description; ten sources are twice as many as anyone has. */
const MOST_SECTIONS = 32;

/** The sources of media sections, by their mid: a hint that others ignore. */
export type SourceHints = ReadonlyMap<string, Source>;

/** An offer or an answer of a peer. */
export type Description = {
  type: 'offer' | 'answer';
  sdp: string;
  /** Undefined from clients that give no hints. */
  hints: SourceHints | undefined;
  /** The peer takes turns with its offers. */
  turns: boolean;
};

/** A signal of a peer; a candidate of `undefined` is the end of candidates. */
export type Signal =
  Description | { type: 'ice-candidate'; candidate: RTCIceCandidateInit };

/** A signal to a peer, without its recipient. */
export type OutgoingSignal = RequestFrame<'offer' | 'answer' | 'ice-candidate'>;

/** The frame of an offer or an answer. */
export function descriptionFrame(
  { type, sdp }: RTCSessionDescription,
  sources: SourceHints,
): OutgoingSignal {
  return {
    type: type === 'offer' ? 'offer' : 'answer',
    sdp,
    sources: Object.fromEntries(sources),
    turns: true,
  };
}

/** The frame of a candidate. */
export function candidateFrame(candidate: RTCIceCandidate): OutgoingSignal {
  return { type: 'ice-candidate', candidate: candidate.toJSON() };
}

/**
 * Reads a signal in the forms that clients send: a description as the field `sdp`,
 * or whole in `sdp`, `description` or a field called as its type; a candidate
 * whole in `candidate`, or with its fields beside it.
 *
 * @returns Undefined for the end of candidates.
 * @throws {Error} For anything else.
 */
export function signalIn(
  frame: Record<string, unknown> & { type: Signal['type'] },
): Signal | undefined {
  const { type } = frame;
  if (type === 'ice-candidate') {
    const candidate = candidateIn(frame);
    return candidate && { type, candidate };
  }
  const sdp = sdpIn(frame, type);
  const sections = sdp.split(/^m=/m).length - 1;
  if (sections > MOST_SECTIONS) {
    throw new Error(
      `sdp: expected at most ${MOST_SECTIONS} media sections, got ${sections}`,
    );
  }
  return {
    type,
    sdp,
    hints: hintsIn(frame['sources']),
    turns: frame['turns'] === true,
  };
}

function sdpIn(frame: Record<string, unknown>, type: string): string {
  for (const value of [frame['sdp'], frame['description'], frame[type]]) {
    const text = isRecord(value) ? value['sdp'] : value;
    if (typeof text === 'string') {
      return text;
    }
  }
  throw new Error(`sdp: expected the text of an ${type}, got none`);
}

function candidateIn(
  frame: Record<string, unknown>,
): RTCIceCandidateInit | undefined {
  const value = frame['candidate'];
  const fields = isRecord(value) ? value : frame;
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = fields;
  if (!candidate) {
    return undefined;
  }
  if (typeof candidate !== 'string') {
    throw new TypeError('candidate: expected a text, got something else');
  }
  return {
    candidate,
    ...(typeof sdpMid === 'string' && { sdpMid }),
    ...(typeof sdpMLineIndex === 'number' && { sdpMLineIndex }),
    ...(typeof usernameFragment === 'string' && { usernameFragment }),
  };
}

function hintsIn(value: unknown): SourceHints | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const hints = new Map<string, Source>();
  for (const [mid, name] of Object.entries(value)) {
    const source = SOURCES.find((it) => it === name);
    if (source) {
      hints.set(mid, source);
    }
  }
  return hints;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
