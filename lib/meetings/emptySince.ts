import type { Live } from '../core/Live.ts';
import type { LiveMeeting } from './LiveMeeting.ts';
import type { MeetingsOptions } from './options.ts';

const ALWAYS = new Date(0);

/**
 * The time since which a meeting may not have been empty to go on. One
 * with people in it goes on in any case.
 */
export function emptySince(
  meeting: LiveMeeting | undefined,
  { emptyTimeout }: Live<MeetingsOptions>,
): Date {
  return meeting !== undefined && meeting.size > 0
    ? ALWAYS
    : new Date(Date.now() - emptyTimeout);
}
