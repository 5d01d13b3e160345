import type { TicketLogin } from '../store/MeetingStore.ts';

/** A person in a meeting, as the others see them. */
export interface PersonView {
  readonly peerId: string;
  readonly name: string;
  /** True if the person is in the live room as well, or there alone. */
  readonly sfu: boolean;
}

/** The kinds of signals between two browsers. */
export type SignalType = 'offer' | 'answer' | 'ice-candidate';

/** An event of a meeting; all recipients receive the same object. */
export type MeetingEvent =
  /** A person has come, or has another name or way into the meeting. */
  | ({ readonly type: 'joined' } & PersonView)
  /** A person has gone, or their socket has. */
  | { readonly type: 'left'; readonly peerId: string }
  | {
      readonly type: 'signal';
      readonly kind: SignalType;
      readonly from: string;
      /** The fields of the signal as they came. */
      readonly fields: Readonly<Record<string, unknown>>;
    };

/**
 * The reason for which a socket is put out of a meeting.
 *
 * - `replaced`: a newer socket of the same person came.
 * - `removed`: a moderator removed its person from the room.
 * - `banned`: a ban keeps its person out.
 * - `ended`: the meeting has ended.
 * - `moved`: another node has the meeting.
 */
export type MeetingEnd = 'replaced' | 'removed' | 'banned' | 'ended' | 'moved';

/** The socket of a person in a meeting. */
export interface MeetingSocket {
  deliver(event: MeetingEvent): void;
  /** Called once, after the last event. */
  end(reason: MeetingEnd): void;
}

/** A person who has entered a meeting before. */
export interface EarlierPerson {
  readonly peerId: string;
  readonly name: string | undefined;
  /** The login that they entered with; undefined without an account. */
  readonly login: TicketLogin | undefined;
  /** When the token of that entry was issued, ms since the epoch. */
  readonly issuedAt: number | undefined;
}

/** A client that has shown whose it is: a user's, or a project's. */
export type MeetingClient =
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly name: string | undefined;
      readonly role: string;
      /** The login that the token came of, if it is one of an account. */
      readonly loginId: string | undefined;
      /** When the token was issued, ms since the epoch, if it was shown. */
      readonly issuedAt: number | undefined;
    }
  | { readonly kind: 'project'; readonly project: string };
