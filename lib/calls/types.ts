import type { types } from 'mediasoup';

import type {
  CallEndReason,
  CallMode,
  CallSettings,
  CallStatus,
  CallType,
} from '../store/CallStore.ts';

/** A person who may be in calls: a user with a token, or a guest. */
export interface Caller {
  /** `user:` or `guest:` with the id, which is unlike all others. */
  readonly key: string;
  readonly userId: string | undefined;
  readonly guestId: string | undefined;
  readonly username: string;
  /** The role of the token; `guest` for guests. */
  readonly role: string;
  /** The conversation of a guest. */
  readonly conversationId: string | undefined;
}

/** The ids of a caller. */
export type CallerIds = Pick<Caller, 'key' | 'userId' | 'guestId'>;

/** One participant, as others see it. */
export interface ParticipantView {
  readonly participantId: string;
  readonly userId?: string;
  readonly anonymousUserId?: string;
  readonly username: string;
  readonly role: 'initiator' | 'participant';
  readonly status: 'connecting' | 'connected' | 'disconnected';
  readonly joinedAt: Date;
  readonly leftAt?: Date;
}

/** The router of a call in mode `sfu`. */
export interface MediaServerConfig {
  readonly routerId: string;
  readonly rtpCapabilities: types.RtpCapabilities;
}

/** A call as its participants see it. */
export interface CallView {
  readonly callId: string;
  readonly conversationId: string;
  readonly type: CallType;
  readonly mode: CallMode;
  readonly status: CallStatus;
  readonly initiator: { readonly userId: string; readonly username: string };
  readonly participants: readonly ParticipantView[];
  /** Only in mode `sfu`. */
  readonly mediaServerConfig?: MediaServerConfig;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | undefined;
  /** Seconds since the first acceptance, until the end or now; 0 before. */
  readonly duration: number;
}

/** A candidate for the connection between two browsers, as they write it. */
export interface IceCandidate {
  readonly candidate: string;
  readonly sdpMid?: string | null | undefined;
  readonly sdpMLineIndex?: number | null | undefined;
  readonly usernameFragment?: string | null | undefined;
}

/** A signal between two participants in mode `p2p`. */
export type CallSignal =
  | { readonly type: 'offer' | 'answer'; readonly sdp: string }
  | { readonly type: 'ice-candidate'; readonly candidate: IceCandidate };

/** An event for the devices of a user, in the order of the call. */
export type CallEvent =
  | {
      readonly type: 'incoming';
      readonly callId: string;
      readonly conversationId: string;
      readonly callType: CallType;
      readonly caller: { readonly userId: string; readonly username: string };
      readonly expiresAt: Date;
    }
  /** The first acceptance; for the initiator and who accepted. */
  | { readonly type: 'started'; readonly call: CallView }
  /** For the other devices of a user who accepted or rejected. */
  | {
      readonly type: 'handled';
      readonly callId: string;
      readonly by: 'accept' | 'reject';
    }
  | {
      readonly type: 'participantJoined';
      readonly callId: string;
      readonly participant: ParticipantView;
      readonly totalParticipants: number;
    }
  | {
      readonly type: 'participantLeft';
      readonly callId: string;
      readonly participant: ParticipantView;
      readonly totalParticipants: number;
    }
  | {
      readonly type: 'ended';
      readonly callId: string;
      readonly reason: CallEndReason;
      /** The user who ended it, if one did. */
      readonly endedBy: string | undefined;
      readonly endedAt: Date;
      readonly duration: number;
    }
  | {
      readonly type: 'signal';
      readonly callId: string;
      readonly fromParticipantId: string;
      readonly signal: CallSignal;
    }
  | {
      readonly type: 'modeSwitch';
      readonly callId: string;
      readonly oldMode: CallMode;
      readonly newMode: CallMode;
      readonly reason:
        'participant-count-changed' | 'manual' | 'quality-fallback';
      readonly mediaServerConfig: MediaServerConfig | undefined;
      readonly switchDeadline: Date;
    }
  | {
      readonly type: 'transcription';
      readonly callId: string;
      readonly participantId: string;
      readonly username: string;
      readonly text: string;
      readonly language: string;
      readonly translation: string | undefined;
      readonly targetLanguage: string | undefined;
      readonly timestamp: Date;
      readonly isFinal: boolean;
    }
  | ({
      readonly type: 'mediaState';
      readonly callId: string;
      readonly participantId: string;
      readonly username: string;
    } & CallSettings)
  | {
      readonly type: 'error';
      readonly callId: string | undefined;
      readonly code: string;
      readonly message: string;
    };

/** A new call, as its initiator asks for it. */
export interface CallRequest {
  readonly conversationId: string;
  readonly type: CallType;
  /** By default audio, and video in a video call. */
  readonly settings?: Partial<CallSettings> | undefined;
}

/** The devices that someone joins a call with. */
export type CallMedia = Pick<CallSettings, 'audioEnabled' | 'videoEnabled'>;

/** The result of a join. */
export interface JoinedCall {
  readonly call: CallView;
  /** The new participant, who is among those of the call as well. */
  readonly participant: ParticipantView;
}

/** A text that someone said in a call. */
export interface SpokenText {
  readonly text: string;
  readonly language: string;
  readonly timestamp: Date;
}

/** One connected device of a caller: a socket, whatever carries it. */
export interface CallDevice {
  readonly caller: Caller;
  /** The language for translations, such as `fr`. */
  readonly language: string | undefined;
  deliver(event: CallEvent): void;
  /**
   * Asks for a sign of life. A device that gives none in time is disconnected.
   *
   * @param timeout - In ms.
   * @returns False if it is disconnected.
   */
  confirm(timeout: number): Promise<boolean>;
}
