import type { CallEvent, ParticipantView } from '../../calls/types.ts';
import { cutEvents } from '../../core/cutToSchema.ts';
import { encodeOnce } from '../../signalling/encodeOnce.ts';
import { events } from './contract.ts';
import type { CallsEvent } from './contract.ts';

const cut = cutEvents(events);

/** The text of an event, encoded once for all its recipients. */
export const eventText = encodeOnce((event: CallEvent) =>
  textOf(encode(event)),
);

/** The text of an event of the contract. */
export function textOf({ name, data }: CallsEvent): string {
  return JSON.stringify([name, cut(name, data)]);
}

/** A participant as the contract has it. */
export function participantOf({ joinedAt, leftAt, ...view }: ParticipantView) {
  return {
    ...view,
    joinedAt: joinedAt.toISOString(),
    leftAt: leftAt?.toISOString(),
  };
}

function encode(event: CallEvent): CallsEvent {
  switch (event.type) {
    case 'incoming': {
      const { callType, expiresAt } = event;
      return {
        name: 'call:incoming',
        data: { ...event, type: callType, expiresAt: expiresAt.toISOString() },
      };
    }
    case 'handled':
      return { name: 'call:handled', data: event };
    case 'started': {
      const { call } = event;
      const participants = call.participants.map(participantOf);
      return { name: 'call:started', data: { ...call, participants } };
    }
    case 'participantJoined':
      return {
        name: 'call:participant-joined',
        data: { ...event, participant: participantOf(event.participant) },
      };
    case 'participantLeft': {
      const { participantId, userId, username, leftAt } = event.participant;
      return {
        name: 'call:participant-left',
        data: {
          ...event,
          participantId,
          userId,
          username,
          leftAt: (leftAt ?? new Date()).toISOString(),
        },
      };
    }
    case 'ended':
      return {
        name: 'call:ended',
        data: { ...event, endedAt: event.endedAt.toISOString() },
      };
    case 'signal':
      return { name: 'call:signal', data: event };
    case 'modeSwitch':
      return {
        name: 'call:mode-switch',
        data: { ...event, switchDeadline: event.switchDeadline.toISOString() },
      };
    case 'transcription':
      return {
        name: 'call:transcription',
        data: { ...event, timestamp: event.timestamp.toISOString() },
      };
    case 'mediaState':
      return { name: 'call:participant-media-state', data: event };
    case 'error':
      return { name: 'call:error', data: event };
  }
}
