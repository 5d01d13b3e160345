/** A failure in words for the user, with what can be done about it. */
export class UserError extends Error {
  /** The server's code, or one of the page. */
  readonly code: string;

  constructor(code: string, sentence: string) {
    super(sentence);
    this.name = 'UserError';
    this.code = code;
  }
}

/** An error as the server's contract has it. */
export type ServerError = {
  code: string;
  message: string;
  details?: { reason: string; option?: string | undefined } | undefined;
};

const LOG_IN = 'Reload the page, then log in again.';
const LATER = 'Try again in a moment.';
const OTHER = 'Reload the page, then try again.';
const GONE = 'Start a new one.';

/** Advice on refusals, by the server's codes. */
const ADVICE: Record<string, string> = {
  ALREADY_MEMBER:
    'This person is in the conversation already. Call them there.',
  ALREADY_PARTICIPANT:
    'You are in this call on another device. Hang up there first.',
  AUTHORIZATION_MALFORMED: `The server does not accept your login. ${LOG_IN}`,
  CALL_ALREADY_ACTIVE: 'This conversation has a call already. Join it instead.',
  CALL_ELSEWHERE:
    'This call is on another server. Ask the person who called for the address of their page, or call again when the call has ended.',
  CALL_ENDED: 'The call has ended. Start a new one.',
  CALL_NOT_FOUND: `There is no such call any more. ${GONE}`,
  CONFLICT: `Something has changed meanwhile. ${OTHER}`,
  CONVERSATION_DENIED:
    'You may not do this in the conversation. Ask someone who is in it.',
  CONVERSATION_FIXED:
    'A conversation of two stays one of two. Start a group with everyone instead.',
  CONVERSATION_NOT_FOUND: `There is no such conversation any more. ${GONE}`,
  DIRECTORY_UNAVAILABLE: `The server cannot look up your conversations right now. ${LATER}`,
  FORBIDDEN: `The server does not allow that. ${OTHER}`,
  INTERNAL_ERROR: `Something went wrong on the server. ${LATER}`,
  INTERNAL_SERVER_ERROR: `Something went wrong on the server. ${LATER}`,
  INVALID_CONVERSATION_TYPE:
    'There are no calls in public conversations. Start a group.',
  INVALID_MODE: `The call cannot go this way now. ${LATER}`,
  INVALID_REQUEST:
    'The server does not accept this. Check what you entered, then try again.',
  KICKED:
    'You were removed from this call and cannot come back. Ask the person who started it to call again.',
  LIMIT_REACHED: `That was too fast for the server. ${LATER}`,
  MAX_PARTICIPANTS_REACHED:
    'The call is full. Try again when someone has left.',
  MEDIA_SERVER_ERROR: `The server cannot process audio and video right now. ${LATER}`,
  MEMBER_NOT_FOUND: `This person is no longer in the conversation. ${OTHER}`,
  MODE_SWITCH_FAILED:
    'Your audio and video did not reach the server, and so you left the call. A firewall may be blocking them. Try another network, then join again.',
  NOT_A_MEMBER:
    'You are no longer in this conversation. Ask one of its members to add you.',
  NOT_FOUND: `The server does not know this. ${OTHER}`,
  ORIGIN_REFUSED:
    'The server does not accept this page. Ask its operator to add the address to access.origins.',
  PARTICIPANT_NOT_FOUND:
    'You are no longer in this call. Call again to come back.',
  PERMISSION_DENIED: `The server does not allow that. ${OTHER}`,
  RATE_LIMIT_EXCEEDED: `That was too fast for the server. ${LATER}`,
  SERVER_FULL: `The server has as many calls as it can take. ${LATER}`,
  SERVICE_UNAVAILABLE: `The server cannot do this right now. ${LATER}`,
  SESSION_INVALID:
    'Your invitation has expired. Ask the person who invited you for a new link.',
  SHARE_LINK_NOT_FOUND:
    'This invitation has expired. Ask the person who invited you for a new link.',
  SHUTTING_DOWN: `The server is restarting. ${LATER}`,
  SIGNALING_ERROR: `Your browser could not be connected with the other one. ${LATER}`,
  STORE_UNAVAILABLE: `The server cannot reach its database right now. ${LATER}`,
  TIMEOUT: `The server took too long. ${LATER}`,
  TOKEN_EXPIRED: `Your login has expired. ${LOG_IN}`,
  TOKEN_INVALID: `The server does not accept your login. ${LOG_IN}`,
  TOKEN_MISSING: `You are not logged in. ${LOG_IN}`,
  TOKEN_NOT_YET_VALID: `Your login is not valid yet. ${LATER}`,
  TOKEN_TYPE_WRONG: `The server does not accept your login. ${LOG_IN}`,
  TRANSCRIPTION_ERROR:
    'Your last words did not become a subtitle. Say them again, in shorter sentences.',
  TRANSLATION_ERROR:
    'Subtitles cannot be translated right now. Read them as they are spoken, or ask the others to speak your language.',
  UNAUTHORIZED: `The server does not accept your login. ${LOG_IN}`,
  UNKNOWN_METHOD: `This page does not fit the server. ${OTHER}`,
  USERS_UNAVAILABLE: `The server cannot verify your identity right now. ${LATER}`,
  VALIDATION_ERROR:
    'The server does not accept this. Check what you entered, then try again.',
};

/** Advice on limits that are not about haste, by the options that set them. */
const LIMITS: Record<string, string> = {
  'calls.conversationsPerUser':
    'You have as many conversations as this server allows. Use one of them, or ask its operator for more.',
  'calls.guestsPerConversation':
    'As many guests have been here as the conversation takes. Ask the person who invited you to add you with an account, or wait until tomorrow.',
  'calls.membersPerConversation':
    'These are more people than one conversation takes. Start it with fewer.',
  'limits.callsPerMinute':
    'You have started many calls in a short time. Try again in a minute.',
};

/** The failure that the server reports. */
export function adviceOn({ code, message, details }: ServerError): UserError {
  const { reason = code, option = '' } = details ?? {};
  const advice =
    entryOf(LIMITS, option) ?? entryOf(ADVICE, reason) ?? entryOf(ADVICE, code);
  return new UserError(
    reason,
    advice ?? `The server refused: ${message}. ${OTHER}`,
  );
}

/** Advice on answers about accounts, which have no code, by their statuses. */
const ACCOUNTS: Record<number, string> = {
  401: 'There is no account with this email address and password. Check both, or create an account.',
  403: 'This server lets only its operator create accounts. Ask them for one.',
  404: 'There are no accounts on this server. Ask its operator about them.',
  429: 'There were too many attempts. Wait a minute, then try again.',
  500: `Something went wrong on the server. ${LATER}`,
  503: `The server is busy. ${LATER}`,
};

/** The failure that an answer of the server reports. */
export function adviceFor(status: number, body: unknown): UserError {
  const { error, detail, ...fields } = body as {
    error?: ServerError;
    detail?: string;
  } & Record<string, unknown>;
  if (error) {
    return adviceOn(error);
  }
  const [problem] = Object.values(fields).flat();
  if (detail === undefined && typeof problem === 'string') {
    const sentence = problem.charAt(0).toUpperCase() + problem.slice(1);
    return new UserError(
      String(status),
      `${sentence} Change it, then try again.`,
    );
  }
  return new UserError(
    String(status),
    ACCOUNTS[status] ??
      `The server answered with status ${status}. Try again in a moment.`,
  );
}

function entryOf(
  table: Record<string, string>,
  name: string,
): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
