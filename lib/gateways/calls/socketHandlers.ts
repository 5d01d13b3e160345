import type { z } from 'zod';

import { callErrors } from '../../calls/errors.ts';
import type { CallMedia, CallSignal } from '../../calls/types.ts';
import { AppError } from '../../core/errors.ts';
import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import type { CallsSession } from './CallsSession.ts';
import type { requests } from './contract.ts';
import { participantOf } from './encodeEvent.ts';

/** The functions that serve the events of clients. */
export const socketHandlers: RequestHandlers<typeof requests, CallsSession> = {
  async authenticate(session, credentials) {
    const { userId, guestId, username } = await session.identify(credentials);
    return {
      user: {
        id: userId ?? guestId ?? '',
        username,
        isAnonymous: userId === undefined,
      },
    };
  },

  async 'call:initiate'(session, request) {
    return session.calls.initiate(session.caller, request, session);
  },

  'call:accept': (session, data) => join(session, data),

  async 'call:reject'(session, { callId }) {
    await session.calls.reject(session.caller, callId, session);
    return {};
  },

  'call:join': (session, data) => join(session, data),

  async 'call:leave'({ calls, caller }, { callId, participantId }) {
    const own = await calls.participant(caller, callId);
    if (own.participantId !== participantId) {
      throw new AppError(
        callErrors.PERMISSION_DENIED,
        'participantId: expected that of the user, got that of another participant',
      );
    }
    await calls.remove(caller, callId, participantId);
    return {};
  },

  async 'call:signal'(session, { callId, targetParticipantId, signal: sent }) {
    const signal = signalOf(sent);
    if (signal === undefined) {
      return {};
    }
    await session.calls.signal(
      session.caller,
      callId,
      targetParticipantId,
      signal,
      session,
    );
    return {};
  },

  async 'call:mode-switch-ack'(
    { calls, caller },
    { callId, participantId, success },
  ) {
    const outcome = success ? 'switched' : 'failed';
    await calls.acknowledgeSwitch(caller, callId, outcome, participantId);
    return {};
  },

  async 'call:transcription'(
    { calls, caller },
    { callId, timestamp, ...spoken },
  ) {
    await calls.speak(caller, callId, {
      ...spoken,
      timestamp: new Date(timestamp),
    });
    return {};
  },

  async 'call:media-state-change'(
    { calls, caller },
    { callId, participantId, ...settings },
  ) {
    await calls.setMedia(caller, callId, settings, participantId);
    return {};
  },
};

async function join(
  session: CallsSession,
  { callId, ...media }: CallMedia & { callId: string },
) {
  const { calls, caller } = session;
  const { call, participant } = await calls.join(
    caller,
    callId,
    media,
    session,
  );
  const { mode, participants, mediaServerConfig } = call;
  return {
    callId,
    participantId: participant.participantId,
    mode,
    participants: participants.map(participantOf),
    mediaServerConfig,
  };
}

/** The signal to pass on; undefined for the null after the last candidate. */
function signalOf(
  sent: z.output<(typeof requests)['call:signal']['data']>['signal'],
): CallSignal | undefined {
  if (sent.type !== 'ice-candidate') {
    return sent;
  }
  const { type, candidate } = sent;
  return candidate === null ? undefined : { type, candidate };
}
