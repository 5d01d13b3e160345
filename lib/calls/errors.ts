import { AppError, defineErrors } from '../core/errors.ts';

/** Failures of conversations and of calls in them. */
export const callErrors = defineErrors({
  CONVERSATION_NOT_FOUND: {
    status: 404,
    meaning: 'There is no such conversation.',
  },
  NOT_A_MEMBER: {
    status: 403,
    meaning: 'The user is not a member of the conversation.',
  },
  DIRECTORY_UNAVAILABLE: {
    status: 503,
    meaning:
      'The service that knows the conversations (calls.directory.url) does not answer.',
  },
  CONVERSATION_FIXED: {
    status: 409,
    meaning: 'A direct conversation keeps its two members.',
  },
  ALREADY_MEMBER: {
    status: 409,
    meaning: 'The user is a member of the conversation already.',
  },
  MEMBER_NOT_FOUND: {
    status: 404,
    meaning: 'The conversation has no such member.',
  },
  CONVERSATION_DENIED: {
    status: 403,
    meaning: 'The user may not do this in the conversation.',
  },
  SHARE_LINK_NOT_FOUND: {
    status: 404,
    meaning: 'There is no such share link, or it has expired.',
  },
  SESSION_INVALID: {
    status: 401,
    meaning: "There is no such guest's session, or it has expired.",
  },
  INVALID_CONVERSATION_TYPE: {
    status: 422,
    meaning: 'There are no calls in public and global conversations.',
  },
  CALL_NOT_FOUND: { status: 404, meaning: 'There is no such call.' },
  CALL_ALREADY_ACTIVE: {
    status: 409,
    meaning: 'The conversation has a call already.',
  },
  CALL_ENDED: {
    status: 410,
    meaning:
      'The call has ended, or goes on without a participant who was away for too long.',
  },
  CALL_ELSEWHERE: {
    status: 503,
    meaning:
      'The call is on another server that shares the database: one that is in no cluster with this one, or that does not answer; over the media API, at another node of the cluster.',
  },
  PARTICIPANT_NOT_FOUND: {
    status: 404,
    meaning: 'The call has no such participant.',
  },
  ALREADY_PARTICIPANT: {
    status: 409,
    meaning: 'The user is in the call already.',
  },
  MAX_PARTICIPANTS_REACHED: {
    status: 409,
    meaning: 'The call is full.',
  },
  INVALID_MODE: {
    status: 400,
    meaning:
      'The call cannot switch to this mode now, or has no signals in its mode.',
  },
  MODE_SWITCH_FAILED: {
    status: 409,
    meaning:
      'The participant, or all of them, did not switch to the other mode in time.',
  },
  MEDIA_SERVER_ERROR: {
    status: 503,
    meaning: 'There is no media worker for the call.',
  },
  TRANSCRIPTION_ERROR: {
    status: 400,
    meaning: 'A transcribed text is malformed or too long.',
  },
  TRANSLATION_ERROR: {
    status: 503,
    meaning: 'A text was not translated; it is passed on as it is.',
  },
  SIGNALING_ERROR: {
    status: 400,
    meaning:
      'A signal is malformed or too long, or its target cannot receive it now.',
  },
  PERMISSION_DENIED: {
    status: 403,
    meaning: 'The user may not do this in the call.',
  },
  KICKED: {
    status: 403,
    meaning:
      'The user was removed from the call, and cannot return to it; or from the conversation.',
  },
  TIMEOUT: {
    status: 504,
    meaning: 'The server did not complete the operation in time.',
  },
});

/** The failure to find a conversation. */
export function conversationNotFound(id: string): AppError {
  return new AppError(
    callErrors.CONVERSATION_NOT_FOUND,
    `there is no conversation ${id}`,
  );
}
