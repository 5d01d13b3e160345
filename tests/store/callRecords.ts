import { randomBytes } from 'node:crypto';

import type {
  CallHold,
  CallRecord,
  ConversationRecord,
  ParticipantRecord,
} from '../../lib/store/CallStore.ts';

export const newId = () => randomBytes(12).toString('hex');
export const inFuture = () => new Date(Date.now() + 60_000);
export const inPast = () => new Date(Date.now() - 60_000);

export function newConversation(
  ...members: readonly [string, ...string[]]
): ConversationRecord {
  return {
    id: newId(),
    type: 'group',
    title: 'Ångström',
    creatorId: members[0],
    createdAt: new Date(),
    members: members.map((userId) => ({ userId, username: `name ${userId}` })),
  };
}

export function newParticipant(
  userId: string,
  role: ParticipantRecord['role'] = 'participant',
): ParticipantRecord {
  return {
    id: newId(),
    userId,
    guestId: undefined,
    username: `name ${userId}`,
    role,
    joinedAt: new Date(),
    leftAt: undefined,
    kicked: false,
  };
}

export function newCall(
  conversationId = newId(),
  initiator = 'ada',
): CallRecord {
  return {
    id: newId(),
    conversationId,
    type: 'video',
    mode: 'p2p',
    status: 'initiated',
    initiator: { userId: initiator, username: `name ${initiator}` },
    createdAt: new Date(),
    expiresAt: inFuture(),
    startedAt: undefined,
    endedAt: undefined,
    endReason: undefined,
    participants: [newParticipant(initiator, 'initiator')],
  };
}

/** The hold of a server that runs. */
export function holdOf(holder: string, time = 600_000): CallHold {
  return { holder, time };
}

export function ended(reason: CallRecord['endReason']) {
  return {
    mode: 'sfu',
    status: 'ended',
    startedAt: new Date(),
    endedAt: new Date(),
    endReason: reason,
  } as const;
}
