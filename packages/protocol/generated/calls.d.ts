// Written by "npm run docs" from the contracts of the server.

export type CallParticipant = {
  participantId: string;
  /** Left out for guests. */
  userId?: string | undefined;
  /** Only for guests. */
  anonymousUserId?: string | undefined;
  username: string;
  role: 'initiator' | 'participant';
  /** `disconnected` while a participant may return, and of one who has left. */
  status: 'connecting' | 'connected' | 'disconnected';
  /** UTC. */
  joinedAt: string;
  /** Left out while in the call. */
  leftAt?: string | undefined;
};

/** A signal between two browsers. */
export type CallSignal =
  | {
      type: 'offer' | 'answer';
      sdp: string;
    }
  | {
      type: 'ice-candidate';
      candidate: {
        /** At most 2048 characters. */
        candidate: string;
        sdpMid?: string | null | undefined;
        sdpMLineIndex?: number | null | undefined;
        usernameFragment?: string | null | undefined;
      };
    };

export type MediaServerConfig = {
  /** The id of the live room. */
  routerId: string;
  /** Those of the router, with which a device is loaded. */
  rtpCapabilities: RtpCapabilities;
};

/** In the format of mediasoup-client. */
export type RtpCapabilities = {
  /** At most 128 entries. */
  codecs?:
    | {
        kind: 'audio' | 'video';
        /** At most 64 characters, "audio/…" or "video/…". */
        mimeType: string;
        /** 0 to 127. */
        preferredPayloadType: number;
        /** 0 to 4294967295. */
        clockRate: number;
        /** 1 to 255. */
        channels?: number | undefined;
        /** At most 64 parameters. */
        parameters?: Record<string, unknown> | undefined;
        /** At most 32 entries. */
        rtcpFeedback?:
          | {
              /** 1 to 255 characters, no control characters. */
              type: string;
              /** At most 255 characters, no control characters. */
              parameter?: string | undefined;
            }[]
          | undefined;
      }[]
    | undefined;
  /** At most 64 entries. */
  headerExtensions?:
    | {
        kind: 'audio' | 'video';
        /** A URI. */
        uri: string;
        /** 1 to 255. */
        preferredId: number;
        preferredEncrypt?: boolean | undefined;
        direction?:
          'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' | undefined;
      }[]
    | undefined;
};

/** A signal to another browser. */
export type SentSignal =
  | {
      type: 'offer' | 'answer';
      sdp: string;
    }
  | {
      type: 'ice-candidate';
      /** null, after the last one, is not passed on. */
      candidate: {
        /** At most 2048 characters. */
        candidate: string;
        sdpMid?: string | null | undefined;
        sdpMLineIndex?: number | null | undefined;
        usernameFragment?: string | null | undefined;
      } | null;
    };

/** Every request by its name. */
export interface Requests {
  /**
   * Tells who the client is, within 10 s of the connection. Answered with
   * `authenticated`. A token may also be in `auth.token` or the header
   * `Authorization` of the handshake.
   */
  authenticate: {
    data: {
      /**
       * Must be the user of the token. On an open server, it is believed without
       * one. 1 to 128 characters.
       */
      userId?: string | undefined;
      /** At most 8192 characters. */
      token?: string | undefined;
      /** That of a guest. At most 8192 characters. */
      sessionToken?: string | undefined;
      /**
       * The language that texts are translated to. At most 35 characters, a
       * language tag such as "en" or "fr-CA".
       */
      language?: string | undefined;
    };
    reply: {
      user: {
        id: string;
        username: string;
        isAnonymous: boolean;
      };
    };
  };
  /** Starts a call, which rings for the others of the conversation. */
  'call:initiate': {
    data: {
      /** 24 hexadecimal digits. */
      conversationId: string;
      type: 'video' | 'audio';
      settings?:
        | {
            audioEnabled?: boolean | undefined;
            videoEnabled?: boolean | undefined;
            screenShareEnabled?: boolean | undefined;
          }
        | undefined;
    };
    reply: {
      /** 24 hexadecimal digits. */
      callId: string;
      /** `p2p`: directly between two; `sfu`: by the server. */
      mode: 'p2p' | 'sfu';
    };
  };
  /** Accepts a call that rings. */
  'call:accept': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      audioEnabled: boolean;
      videoEnabled: boolean;
    };
    reply: {
      /** 24 hexadecimal digits. */
      callId: string;
      /** The new participant. 24 hexadecimal digits. */
      participantId: string;
      /** `p2p`: directly between two; `sfu`: by the server. */
      mode: 'p2p' | 'sfu';
      participants: CallParticipant[];
      /** In mode `sfu`. */
      mediaServerConfig?: MediaServerConfig | undefined;
    };
  };
  /** Rejects a call that rings. */
  'call:reject': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      reason?: 'busy' | 'declined' | 'unavailable' | undefined;
    };
    reply: Record<string, never>;
  };
  /** Joins a call. */
  'call:join': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      audioEnabled: boolean;
      videoEnabled: boolean;
    };
    reply: {
      /** 24 hexadecimal digits. */
      callId: string;
      /** The new participant. 24 hexadecimal digits. */
      participantId: string;
      /** `p2p`: directly between two; `sfu`: by the server. */
      mode: 'p2p' | 'sfu';
      participants: CallParticipant[];
      /** In mode `sfu`. */
      mediaServerConfig?: MediaServerConfig | undefined;
    };
  };
  /** Leaves a call. */
  'call:leave': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      /** The participant. 24 hexadecimal digits. */
      participantId: string;
    };
    reply: Record<string, never>;
  };
  /**
   * Passes a signal on to the device of another participant. Only while media
   * goes from browser to browser.
   */
  'call:signal': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      /** The participant. 24 hexadecimal digits. */
      targetParticipantId: string;
      signal: SentSignal;
    };
    reply: Record<string, never>;
  };
  /** Says that the client has switched to the other mode, or could not. */
  'call:mode-switch-ack': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      /** That of the client; ignored if it is another. 24 hexadecimal digits. */
      participantId?: string | undefined;
      success: boolean;
      /** At most 1000 characters. */
      error?: string | undefined;
    };
    reply: Record<string, never>;
  };
  /** Relays a text that the participant spoke; a final one is kept. */
  'call:transcription': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      /** The participant. 24 hexadecimal digits. */
      participantId?: string | undefined;
      text: string;
      /** At most 35 characters, a language tag such as "en" or "fr-CA". */
      language: string;
      timestamp: string;
      isFinal: boolean;
    };
    reply: Record<string, never>;
  };
  /** Tells the others which devices the participant uses. */
  'call:media-state-change': {
    data: {
      /** The call. 24 hexadecimal digits. */
      callId: string;
      /** The participant. 24 hexadecimal digits. */
      participantId?: string | undefined;
      audioEnabled: boolean;
      videoEnabled: boolean;
      screenShareEnabled: boolean;
    };
    reply: Record<string, never>;
  };
}

/** The data of every event by its name. */
export interface Events {
  /** Answers `authenticate`. */
  authenticated: {
    success: boolean;
    user?:
      | {
          id: string;
          username: string;
          isAnonymous: boolean;
        }
      | undefined;
    error?: string | undefined;
  };
  /** A call rings. */
  'call:incoming': {
    /** 24 hexadecimal digits. */
    callId: string;
    /** 24 hexadecimal digits. */
    conversationId: string;
    type: 'video' | 'audio';
    caller: {
      userId: string;
      username: string;
    };
    /** The end of the ringing, UTC. */
    expiresAt: string;
  };
  /** Another device of the user has accepted or rejected the call. */
  'call:handled': {
    /** 24 hexadecimal digits. */
    callId: string;
    by: 'accept' | 'reject';
  };
  /**
   * The call has started. For the initiator, and for the participants who
   * accept it.
   */
  'call:started': {
    /** 24 hexadecimal digits. */
    callId: string;
    /** `p2p`: directly between two; `sfu`: by the server. */
    mode: 'p2p' | 'sfu';
    participants: CallParticipant[];
    mediaServerConfig?: MediaServerConfig | undefined;
  };
  /** A participant has joined. */
  'call:participant-joined': {
    /** 24 hexadecimal digits. */
    callId: string;
    participant: {
      participantId: string;
      /** Left out for guests. */
      userId?: string | undefined;
      /** Only for guests. */
      anonymousUserId?: string | undefined;
      username: string;
      /** UTC. */
      joinedAt: string;
    };
    totalParticipants: number;
  };
  /** A participant has left. */
  'call:participant-left': {
    /** 24 hexadecimal digits. */
    callId: string;
    /** 24 hexadecimal digits. */
    participantId: string;
    userId?: string | undefined;
    username: string;
    /** UTC. */
    leftAt: string;
    totalParticipants: number;
  };
  /** The call has ended, or rings no longer. */
  'call:ended': {
    /** 24 hexadecimal digits. */
    callId: string;
    reason: 'normal' | 'timeout' | 'error' | 'forced';
    /** The user who ended it. */
    endedBy?: string | undefined;
    /** UTC. */
    endedAt: string;
    /** Seconds. */
    duration: number;
  };
  /** A signal of another participant. */
  'call:signal': {
    /** 24 hexadecimal digits. */
    callId: string;
    /** 24 hexadecimal digits. */
    fromParticipantId: string;
    signal: CallSignal;
  };
  /**
   * The client is to switch to the other mode, and to acknowledge it with
   * `call:mode-switch-ack`.
   */
  'call:mode-switch': {
    /** 24 hexadecimal digits. */
    callId: string;
    /** `p2p`: directly between two; `sfu`: by the server. */
    oldMode: 'p2p' | 'sfu';
    /** `p2p`: directly between two; `sfu`: by the server. */
    newMode: 'p2p' | 'sfu';
    reason: 'participant-count-changed' | 'manual' | 'quality-fallback';
    mediaServerConfig?: MediaServerConfig | undefined;
    /** UTC. */
    switchDeadline: string;
  };
  /** A text of another participant. */
  'call:transcription': {
    /** 24 hexadecimal digits. */
    callId: string;
    /** 24 hexadecimal digits. */
    participantId: string;
    username: string;
    text: string;
    language: string;
    translation?: string | undefined;
    targetLanguage?: string | undefined;
    /** UTC. */
    timestamp: string;
    isFinal: boolean;
  };
  /** The devices that another participant uses. */
  'call:participant-media-state': {
    /** 24 hexadecimal digits. */
    callId: string;
    /** 24 hexadecimal digits. */
    participantId: string;
    username: string;
    audioEnabled: boolean;
    videoEnabled: boolean;
    screenShareEnabled: boolean;
  };
  /**
   * A failure: of an event that was sent without a callback, or of the call.
   */
  'call:error': {
    callId?: string | undefined;
    code: string;
    message: string;
    details?:
      | {
          /** The exact failure, since one code covers several. */
          reason: string;
          /** The option that sets the limit, where one was met. */
          option?: string | undefined;
          /** Seconds until trying again makes sense. */
          retryAfter?: number | undefined;
          /** The end of the ban that is the reason, if it has one. */
          until?: string | undefined;
        }
      | undefined;
  };
}

/**
 * The requests, with what is required of the sender: nothing, a token, or
 * membership.
 */
export const REQUESTS: Readonly<{
  authenticate: 'public';
  'call:initiate': 'user';
  'call:accept': 'user';
  'call:reject': 'user';
  'call:join': 'user';
  'call:leave': 'member';
  'call:signal': 'member';
  'call:mode-switch-ack': 'member';
  'call:transcription': 'member';
  'call:media-state-change': 'member';
}>;
