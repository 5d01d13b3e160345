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

/** Advice on refusals, by the server's codes. */
const ADVICE: Record<string, string> = {
  ALREADY_MEMBER: 'This person is in the conversation already.',
  ALREADY_PARTICIPANT:
    'You are in this call on another device. Hang up there first.',
  CALL_ALREADY_ACTIVE: 'This conversation has a call already. Join it instead.',
  CALL_ENDED: 'The call has ended. Start a new one.',
  CALL_NOT_FOUND: 'There is no such call any more. Start a new one.',
  CONVERSATION_NOT_FOUND:
    'There is no such conversation any more. Start a new one.',
  DIRECTORY_UNAVAILABLE:
    'The server cannot look up your conversations right now. Try again in a moment.',
  INVALID_CONVERSATION_TYPE:
    'There are no calls in public conversations. Start a group.',
  KICKED:
    'You were removed from this call and cannot come back. Ask the person who started it to call again.',
  LIMIT_REACHED: 'That was too fast for the server. Try again in a moment.',
  RATE_LIMIT_EXCEEDED:
    'That was too fast for the server. Try again in a moment.',
  MAX_PARTICIPANTS_REACHED:
    'The call is full. Try again when someone has left.',
  MEDIA_SERVER_ERROR:
    'The server cannot process audio and video right now. Try again in a moment.',
  MODE_SWITCH_FAILED:
    'Your audio and video did not reach the server, and so you left the call. A firewall may be blocking them. Try another network, then join again.',
  NOT_A_MEMBER:
    'You are no longer in this conversation. Ask one of its members to add you.',
  PERMISSION_DENIED:
    'The server does not allow that. Reload the page, then try again.',
  SHUTTING_DOWN: 'The server is restarting. Try again in a moment.',
  STORE_UNAVAILABLE:
    'The server cannot reach its database right now. Try again in a moment.',
  TIMEOUT: 'The server took too long. Try again in a moment.',
};

/** The failure with one of the server's codes. */
export function adviceOn(code: string, message: string): UserError {
  const advice = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  return new UserError(
    code,
    advice ?? `The server refused: ${message}. Try again, or reload the page.`,
  );
}

/** The failure that an answer of the server reports. */
export function adviceFor(status: number, body: unknown): UserError {
  const { error, detail, ...fields } = body as {
    error?: { code: string; message: string; details?: { reason?: string } };
    detail?: string;
  } & Record<string, unknown>;
  if (error) {
    return adviceOn(error.details?.reason ?? error.code, error.message);
  }
  if (detail !== undefined) {
    return new UserError(String(status), detail);
  }
  const [problem] = Object.values(fields).flat();
  return new UserError(
    String(status),
    typeof problem === 'string'
      ? problem
      : `The server answered with status ${status}. Try again in a moment.`,
  );
}
