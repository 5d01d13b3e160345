import { defineErrors } from '../core/errors.ts';

/** Failures of sessions with a title and a password. */
export const meetingErrors = defineErrors({
  SESSION_NOT_FOUND: {
    status: 404,
    meaning:
      'There is no such session, it has ended, or the ticket for it is no longer valid.',
  },
  PASSWORD_WRONG: {
    status: 403,
    meaning: 'The password is not that of the session.',
  },
  NOT_THE_HOST: {
    status: 403,
    meaning: 'Only the host of a session may end it.',
  },
  SESSION_FULL: {
    status: 409,
    meaning: 'The session has as many people as it takes.',
  },
  PEER_ID_TAKEN: {
    status: 409,
    meaning: 'Another person in the session has this peerId.',
  },
  PEER_UNREACHABLE: {
    status: 409,
    meaning:
      'The peer is in the session by the media server alone, and has no socket to receive signals.',
  },
});
