import { createHash, randomBytes } from 'node:crypto';

/** The ids of meetings: 128 random bits, which are the right to try to enter. */
const MEETING_ID = /^[\w-]{22}$/;

/** Tickets: 256 random bits. */
const TICKET = /^[\w-]{43}$/;

/** The ids that the server gives to people; no client chooses one like it. */
const ISSUED_PEER_ID = /^p-[\w-]{22}$/;

const PREFIX = 'session-';

/** Makes the id of a new meeting. */
export function newMeetingId(): string {
  return randomBytes(16).toString('base64url');
}

/** Makes a ticket. */
export function newTicket(): string {
  return randomBytes(32).toString('base64url');
}

/** Makes an id for a person who has none. */
export function newPeerId(): string {
  return `p-${randomBytes(16).toString('base64url')}`;
}

/** Tells if a text can be the id of a meeting. */
export function isMeetingId(text: string): boolean {
  return MEETING_ID.test(text);
}

/** Tells if a text can be a ticket. */
export function isTicket(text: string): boolean {
  return TICKET.test(text);
}

/** Tells if an id has the form of those that the server gives to people. */
export function isIssuedPeerId(id: string): boolean {
  return ISSUED_PEER_ID.test(id);
}

/** The form in which tickets are kept: of no use to readers of the database. */
export function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}

/** The id of the live room of a meeting. */
export function liveRoomIdOf(meetingId: string): string {
  return `${PREFIX}${meetingId}`;
}

/** The meeting that a live room belongs to; undefined if it belongs to none. */
export function meetingIdOf(liveRoomId: string): string | undefined {
  const id = liveRoomId.slice(PREFIX.length);
  return liveRoomId.startsWith(PREFIX) && isMeetingId(id) ? id : undefined;
}
