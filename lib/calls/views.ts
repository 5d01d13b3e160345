import type { ErrorSpec } from '../core/errors.ts';
import type {
  CallEndReason,
  CallRecord,
  ParticipantRecord,
} from '../store/CallStore.ts';
import type { CallEvent, CallView, ParticipantView } from './types.ts';

const SECOND = 1_000;

/** Seconds since the first acceptance, until the end or now; 0 before. */
export function durationOf({
  startedAt,
  endedAt,
}: Pick<CallRecord, 'startedAt' | 'endedAt'>): number {
  if (startedAt === undefined) {
    return 0;
  }
  const until = endedAt?.getTime() ?? Date.now();
  return Math.max(0, Math.floor((until - startedAt.getTime()) / SECOND));
}

/** A participant as others see it. */
export function participantView(
  record: ParticipantRecord,
  status: ParticipantView['status'],
): ParticipantView {
  const { id, userId, guestId, username, role, joinedAt, leftAt } = record;
  return {
    participantId: id,
    ...(userId !== undefined && { userId }),
    ...(guestId !== undefined && { anonymousUserId: guestId }),
    username,
    role,
    status,
    joinedAt,
    ...(leftAt !== undefined && { leftAt }),
  };
}

/**
 * A call as it is stored: one that is over with all who were in it, one on
 * another server with those who are there now.
 */
export function storedView(record: CallRecord): CallView {
  const { status, participants } = record;
  return callView(
    record,
    status === 'ended'
      ? participants.map((it) => participantView(it, 'disconnected'))
      : participants
          .filter(({ leftAt }) => leftAt === undefined)
          .map((it) => participantView(it, 'connected')),
  );
}

/** A call with a choice of participants. */
export function callView(
  record: CallRecord,
  participants: readonly ParticipantView[],
): CallView {
  const { id, conversationId, type, mode, status, initiator } = record;
  const { createdAt, expiresAt, endedAt } = record;
  return {
    callId: id,
    conversationId,
    type,
    mode,
    status,
    initiator,
    participants,
    createdAt,
    expiresAt,
    endedAt,
    duration: durationOf(record),
  };
}

/** The event for those for whom a call ends, or rings no longer. */
export function endEvent(
  record: CallRecord,
  reason: CallEndReason,
  endedBy?: string,
): CallEvent {
  const { id: callId, endedAt = new Date() } = record;
  const duration = durationOf(record);
  return { type: 'ended', callId, reason, endedBy, endedAt, duration };
}

/** The event for a device about an error that no request of its own caused. */
export function errorEvent(
  callId: string,
  { code }: ErrorSpec,
  message: string,
): CallEvent {
  return { type: 'error', callId, code, message };
}
