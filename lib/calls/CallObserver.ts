import type { CallRecord, ParticipantRecord } from '../store/CallStore.ts';

/** Something that has happened to a call. */
export type CallFact =
  /** It rings. */
  | { readonly type: 'initiated'; readonly call: CallRecord }
  /** It was accepted for the first time. */
  | { readonly type: 'started'; readonly call: CallRecord }
  | {
      readonly type: 'joined' | 'left';
      readonly call: CallRecord;
      readonly participant: ParticipantRecord;
    }
  | { readonly type: 'ended'; readonly call: CallRecord };

/**
 * An observer of all calls, told of each fact once it is stored. The leave of a
 * participant comes after its join, and the end of a call comes last.
 */
export interface CallObserver {
  /** Takes note of a fact; never fails, and never waits. */
  observe(fact: CallFact): void;
}
