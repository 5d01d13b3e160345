import type { z } from 'zod';

import type { Calls } from '../../calls/Calls.ts';
import type { CallView, JoinedCall } from '../../calls/types.ts';
import type { TranscriptionRecord } from '../../store/CallStore.ts';
import type {
  callShape,
  callSummaryShape,
  joinedCallShape,
  startedCallShape,
  transcriptionShape,
} from './callRoutes.ts';
import { participantOf } from './encodeEvent.ts';

type CallInHistory = Awaited<ReturnType<Calls['history']>>['calls'][number];

/** A call that has just begun. */
export function startedCallOf(
  call: CallView,
): z.input<typeof startedCallShape> {
  return {
    ...call,
    participants: call.participants.map(participantOf),
    createdAt: call.createdAt.toISOString(),
    expiresAt: call.expiresAt.toISOString(),
  };
}

/** A call, live or over. */
export function callOf(call: CallView): z.input<typeof callShape> {
  return {
    ...call,
    participants: call.participants.map(participantOf),
    createdAt: call.createdAt.toISOString(),
    endedAt: call.endedAt?.toISOString() ?? null,
  };
}

/** A call with its new participant. */
export function joinedCallOf({
  call,
  participant: { participantId, joinedAt },
}: JoinedCall): z.input<typeof joinedCallShape> {
  return {
    ...call,
    participantId,
    participants: call.participants.map(participantOf),
    joinedAt: joinedAt.toISOString(),
  };
}

/** A call in a list. */
export function callSummaryOf({
  id,
  createdAt,
  endedAt,
  ...call
}: CallInHistory): z.input<typeof callSummaryShape> {
  return {
    ...call,
    callId: id,
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}

/** A text of a call. */
export function transcriptionOf({
  id,
  timestamp,
  confidence,
  ...transcription
}: TranscriptionRecord): z.input<typeof transcriptionShape> {
  return {
    ...transcription,
    transcriptionId: id,
    timestamp: timestamp.toISOString(),
    confidenceScore: confidence,
  };
}
