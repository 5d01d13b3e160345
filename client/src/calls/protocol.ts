import type { Events } from '@atrium/protocol/calls';

/** The events of the server about calls, by name. */
export type ServerEvents = Omit<Events, 'authenticated'>;

export type ServerEvent = keyof ServerEvents;

/** A participant, as the server describes it. */
export type Participant =
  ServerEvents['call:participant-joined']['participant'];

/** The way of a call's media: directly between two, or by the server. */
export type CallMode = ServerEvents['call:started']['mode'];

export type CallType = ServerEvents['call:incoming']['type'];

/** A call that rings. */
export type Incoming = ServerEvents['call:incoming'];

/** An offer, an answer or a candidate. */
export type Signal = ServerEvents['call:signal']['signal'];

/** A text that a participant said. */
export type Transcription = ServerEvents['call:transcription'];

/** The sources that a participant sends. */
export type MediaState = {
  audioEnabled: boolean;
  videoEnabled: boolean;
  screenShareEnabled: boolean;
};

/** A conversation with its members. */
export type Conversation = {
  conversationId: string;
  type: 'direct' | 'group' | 'public' | 'global';
  title: string;
  members: { userId: string; username: string }[];
};

/** A call, as a resource of the server. */
export type CallDetails = {
  callId: string;
  conversationId: string;
  mode: CallMode;
  status: 'initiated' | 'active' | 'ended';
  participants: (Participant & { leftAt?: string })[];
};

/** A call of a conversation's history. */
export type PastCall = {
  callId: string;
  status: CallDetails['status'];
  createdAt: string;
  participantCount: number;
  duration: number;
};
