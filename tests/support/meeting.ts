import type { Store } from '../../lib/store/Store.ts';

/** The address of the session that {@link addMeeting} adds. */
export const MEETING_ID = 'an-open-session-000000';

/** Adds a session without a password, whose host is the user `1`. */
export async function addMeeting({ meetings }: Store): Promise<void> {
  await meetings.create(
    {
      id: MEETING_ID,
      title: 'Open',
      host: '1',
      hostId: '1',
      project: undefined,
      passwordHash: undefined,
      createdAt: new Date(),
    },
    { most: 1_000, emptySince: new Date(0) },
  );
}
