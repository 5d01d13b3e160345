import type { CallRecord, ParticipantRecord } from '../store/CallStore.ts';
import type { EventSink } from './EventOutbox.ts';

/** Something that has happened to a call, as the calls report it. */
export type ObservedCallFact =
  | {
      readonly type: 'initiated' | 'started' | 'ended';
      readonly call: CallRecord;
    }
  | {
      readonly type: 'joined' | 'left';
      readonly call: CallRecord;
      readonly participant: ParticipantRecord;
    };

/** Turns what happens in calls into events for receivers, in the order of each call. */
export class CallEvents {
  readonly #sink: EventSink;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  observe(fact: ObservedCallFact): void {
    const { call: record } = fact;
    const call = callOf(record);
    // Numbered and ordered as the events of a room are.
    const order = `call-${record.id}`;
    const people = peopleOf(fact);
    switch (fact.type) {
      case 'initiated': {
        const expiresAt = record.expiresAt.toISOString();
        this.#sink.add('call.initiated', order, { ...call, expiresAt }, people);
        break;
      }
      case 'started': {
        const startedAt = (record.startedAt ?? new Date()).toISOString();
        this.#sink.add('call.started', order, { ...call, startedAt }, people);
        break;
      }
      case 'joined': {
        const participant = participantOf(fact.participant);
        this.#sink.add('call.joined', order, { ...call, participant }, people);
        break;
      }
      case 'left': {
        const participant = participantOf(fact.participant);
        const { kicked } = fact.participant;
        this.#sink.add(
          'call.left',
          order,
          { ...call, participant, kicked },
          people,
        );
        break;
      }
      case 'ended': {
        const { endReason: reason = 'error', startedAt, endedAt } = record;
        this.#sink.add(
          'call.ended',
          order,
          {
            ...call,
            reason,
            ...(startedAt !== undefined && {
              startedAt: startedAt.toISOString(),
            }),
            endedAt: (endedAt ?? new Date()).toISOString(),
          },
          people,
        );
        break;
      }
    }
  }
}

/** The users that an event is about. The initiator is named in every event. */
function peopleOf(fact: ObservedCallFact): string[] {
  const { userId } = 'participant' in fact ? fact.participant : {};
  return [
    fact.call.initiator.userId,
    ...(userId === undefined ? [] : [userId]),
  ];
}

function callOf({ id, conversationId, type, initiator }: CallRecord) {
  return {
    callId: id,
    conversationId,
    callType: type,
    initiator: { userId: initiator.userId, displayName: initiator.username },
  };
}

function participantOf({ id, userId, username }: ParticipantRecord) {
  return {
    participantId: id,
    ...(userId !== undefined && { userId }),
    displayName: username,
  };
}
