import type { NotificationData } from '@atrium/protocol/protoo';

/** The name of the reason for which the server closes a connection. */
export type ClosingName = NotificationData<'closing'>['name'];

const ELSEWHERE =
  'You joined from another tab or window. To continue in this one, join again.';

/** Ends of a stay by the server's names for them, and any other, in words for the user. */
export const END_SENTENCES = {
  replaced: ELSEWHERE,
  resumed: ELSEWHERE,
  expired: 'Your link has expired. Ask for a new one.',
  removed: 'A moderator removed you from the room.',
  banned:
    'A moderator removed you from the room and does not let you in again.',
  rejected: 'A moderator did not let you in.',
  closed: 'A moderator has ended the meeting for everyone.',
  deleted: 'The room was deleted.',
  other: 'The meeting is over.',
} as const satisfies Partial<Record<ClosingName | 'other', string>>;

/** The end of a stay in words for the user, by the name of its reason. */
export function endSentence(why: ClosingName | undefined): string {
  return END_SENTENCES[
    Object.hasOwn(END_SENTENCES, why ?? '')
      ? (why as keyof typeof END_SENTENCES)
      : 'other'
  ];
}
