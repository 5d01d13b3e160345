import type { Store } from '../../lib/store/Store.ts';

/** The ids of a conversation with a call in it, and of its only participant. */
export const pastCall = {
  conversationId: 'c'.repeat(24),
  callId: 'd'.repeat(24),
  participantId: 'e'.repeat(24),
};

/** Adds a conversation of the account 1, with a call that is over. */
export async function addPastCall({
  conversations,
  calls,
}: Store): Promise<void> {
  const { conversationId, callId, participantId } = pastCall;
  const user = { userId: '1', username: 'Ada' };
  const time = new Date();
  await conversations.create(
    {
      id: conversationId,
      type: 'group',
      title: '',
      creatorId: user.userId,
      createdAt: time,
      members: [user],
    },
    1,
  );
  await calls.create(
    {
      id: callId,
      conversationId,
      type: 'video',
      mode: 'p2p',
      status: 'ended',
      initiator: user,
      createdAt: time,
      expiresAt: time,
      startedAt: undefined,
      endedAt: time,
      endReason: 'timeout',
      participants: [
        {
          ...user,
          id: participantId,
          guestId: undefined,
          role: 'initiator',
          joinedAt: time,
          leftAt: time,
          kicked: false,
        },
      ],
    },
    { holder: 'here', time: 60_000 },
  );
}
