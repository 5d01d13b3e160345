/**
 * The ports of the store for conversations and calls. Ids are 24 hexadecimal
 * digits, made by the caller; times are `Date`s. Every method can fail with
 * STORE_UNAVAILABLE.
 */

export const CONVERSATION_TYPES = [
  'direct',
  'group',
  'public',
  'global',
] as const;

/** The kinds of conversation; there are no calls in public and global ones. */
export type ConversationType = (typeof CONVERSATION_TYPES)[number];

/** A member of a conversation. */
export interface ConversationMember {
  readonly userId: string;
  readonly username: string;
}

/** People who may call each other. */
export interface Conversation {
  readonly id: string;
  readonly type: ConversationType;
  /** Empty where there is none. */
  readonly title: string;
  /** In the order in which they were added. */
  readonly members: readonly ConversationMember[];
}

/** A conversation that is kept here. */
export interface ConversationRecord extends Conversation {
  /** Undefined where no user created it. */
  readonly creatorId: string | undefined;
  readonly createdAt: Date;
}

/** A guest of a conversation, who came by a share link. */
export interface GuestRecord {
  readonly id: string;
  readonly conversationId: string;
  readonly username: string;
  readonly language: string | undefined;
  readonly expiresAt: Date;
}

/** A link that lets guests into a conversation. */
export interface ShareLinkRecord {
  readonly conversationId: string;
  readonly expiresAt: Date;
}

/** Conversations with their members, links and guests. */
export interface Conversations {
  /**
   * @param most - The most conversations that its creator may have created
   *   among those that they are a member of.
   * @returns False when the creator has as many.
   */
  create(conversation: ConversationRecord, most: number): Promise<boolean>;
  get(id: string): Promise<ConversationRecord | undefined>;
  /** The conversations of a user, beginning with the one joined last. */
  listOf(
    userId: string,
    page: { limit: number; offset: number },
  ): Promise<ConversationRecord[]>;
  countOf(userId: string): Promise<number>;
  /**
   * @param most - The most members of the conversation.
   * @returns The outcome: `missing` when there is no such conversation.
   */
  addMember(
    id: string,
    member: ConversationMember,
    most: number,
  ): Promise<'added' | 'missing' | 'member' | 'full'>;
  /** @returns False when there is no such member. */
  removeMember(id: string, userId: string): Promise<boolean>;
  /** Changes the name of a user in all conversations. */
  renameMember(userId: string, username: string): Promise<void>;
  /**
   * @param tokenHash - SHA-256 of the link's token, which is not kept.
   * @param most - The most links of a conversation that have not expired.
   * @returns False when there are as many.
   */
  createShareLink(
    tokenHash: string,
    link: ShareLinkRecord,
    most: number,
  ): Promise<boolean>;
  /** @returns Undefined when there is none, or when it has expired. */
  shareLink(tokenHash: string): Promise<ShareLinkRecord | undefined>;
  /**
   * @param tokenHash - SHA-256 of the guest's session token.
   * @param most - The most guests of a conversation who have not expired.
   * @returns False when there are as many.
   */
  createGuest(
    tokenHash: string,
    guest: GuestRecord,
    most: number,
  ): Promise<boolean>;
  /** @returns Undefined when there is none, or when it has expired. */
  guest(tokenHash: string): Promise<GuestRecord | undefined>;
  /** Forgets links and guests that have expired; returns how many. */
  deleteExpired(): Promise<number>;
}

export const CALL_TYPES = ['video', 'audio'] as const;
export const CALL_MODES = ['p2p', 'sfu'] as const;
export const CALL_STATUSES = ['initiated', 'active', 'ended'] as const;
export const CALL_END_REASONS = [
  'normal',
  'timeout',
  'error',
  'forced',
] as const;

export type CallType = (typeof CALL_TYPES)[number];
/** Peer to peer for two, by the server for more. */
export type CallMode = (typeof CALL_MODES)[number];
export type CallStatus = (typeof CALL_STATUSES)[number];
export type CallEndReason = (typeof CALL_END_REASONS)[number];

/** The devices with which a person starts or joins a call. */
export interface CallSettings {
  readonly audioEnabled: boolean;
  readonly videoEnabled: boolean;
  readonly screenShareEnabled: boolean;
}

/** A person in a call, or who was in it. Has either `userId` or `guestId`. */
export interface ParticipantRecord {
  readonly id: string;
  readonly userId: string | undefined;
  readonly guestId: string | undefined;
  readonly username: string;
  readonly role: 'initiator' | 'participant';
  readonly joinedAt: Date;
  /** Undefined while in the call. */
  readonly leftAt: Date | undefined;
  /** True if the participant was put out and may not come back. */
  readonly kicked: boolean;
}

/** A call, live or over. */
export interface CallRecord {
  readonly id: string;
  readonly conversationId: string;
  readonly type: CallType;
  readonly mode: CallMode;
  readonly status: CallStatus;
  readonly initiator: ConversationMember;
  readonly createdAt: Date;
  /** The end of the ringing. */
  readonly expiresAt: Date;
  /** The first acceptance. */
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly endReason: CallEndReason | undefined;
  /** In the order in which they joined. */
  readonly participants: readonly ParticipantRecord[];
}

/** The hold of a server on its live calls. */
export interface CallHold {
  /** The server, by a name that no other has which shares the database. */
  readonly holder: string;
  /** Time after which its calls count as left behind unless it is renewed, ms. */
  readonly time: number;
}

/** A call in a list. */
export interface CallSummary {
  readonly id: string;
  readonly mode: CallMode;
  readonly status: CallStatus;
  readonly participantCount: number;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

/** A final text of a participant, with its translations by language. */
export interface TranscriptionRecord {
  readonly id: string;
  readonly callId: string;
  readonly participantId: string;
  readonly text: string;
  readonly language: string;
  readonly timestamp: Date;
  /** 0 to 1; undefined where it is not known. */
  readonly confidence: number | undefined;
  readonly translations: Readonly<Record<string, string>>;
}

/** Calls with their participants and transcriptions. */
export interface Calls {
  /**
   * Creates a call, with its first participant, on the server that holds it.
   *
   * @returns False when the conversation has a live call already.
   */
  create(call: CallRecord, hold: CallHold): Promise<boolean>;
  get(id: string): Promise<CallRecord | undefined>;
  /** The live call of a conversation. */
  liveIn(conversationId: string): Promise<CallRecord | undefined>;
  /** Replaces the state of a call, without its participants. */
  update(
    id: string,
    state: Pick<
      CallRecord,
      'mode' | 'status' | 'startedAt' | 'endedAt' | 'endReason'
    >,
  ): Promise<void>;
  addParticipant(callId: string, participant: ParticipantRecord): Promise<void>;
  updateParticipant(
    id: string,
    state: Pick<ParticipantRecord, 'leftAt' | 'kicked'>,
  ): Promise<void>;
  /** The calls of a conversation, the newest first, and how many there are. */
  history(
    conversationId: string,
    options: { limit: number; offset: number; status?: CallStatus | undefined },
  ): Promise<{ calls: CallSummary[]; total: number }>;
  /** Renews the hold on all live calls of a server; returns their ids. */
  renew(hold: CallHold): Promise<string[]>;
  /**
   * Ends the live calls that a server has left behind.
   *
   * @param holder - A server that has left all of its calls behind.
   * @returns The calls, each with those participants only who were in it.
   */
  endAbandoned(
    reason: CallEndReason,
    at: Date,
    holder?: string,
  ): Promise<CallRecord[]>;
  addTranscription(transcription: TranscriptionRecord): Promise<void>;
  /** The texts of a call in the order in which they came, and their number. */
  transcriptions(
    callId: string,
    page: { limit: number; offset: number },
  ): Promise<{ transcriptions: TranscriptionRecord[]; total: number }>;
}
