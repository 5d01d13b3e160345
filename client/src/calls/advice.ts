import { calls } from '../texts/en/calls.ts';
import { text } from '../texts/texts.ts';

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

/** The failure that the server reports. */
export function adviceOn({ code, message, details }: ServerError): UserError {
  const { reason = code, option = '' } = details ?? {};
  return new UserError(
    reason,
    limitOn(option) ??
      reasonOf(reason) ??
      reasonOf(code) ??
      text('advice.OTHER', { message }),
  );
}

/** The failure that an answer of the server reports. */
export function adviceFor(status: number, body: unknown): UserError {
  const { error, detail, ...fields } = body as {
    error?: ServerError;
    detail?: string;
  } & Record<string, unknown>;
  if (error) {
    return adviceOn(error);
  }
  const code = String(status);
  const [field] = Object.values(fields).flat();
  if (detail === undefined && typeof field === 'string') {
    const problem = field.charAt(0).toUpperCase() + field.slice(1);
    return new UserError(code, text('advice.FIELD', { problem }));
  }
  const name = `HTTP_${status}`;
  return new UserError(
    code,
    Object.hasOwn(calls.accounts, name)
      ? text(`accounts.${name as keyof typeof calls.accounts}`)
      : text('advice.STATUS', { status: code }),
  );
}

/** Texts of the section that need values, and are for failures of the page. */
type OfPage = 'FIELD' | 'STATUS' | 'OTHER';

function reasonOf(name: string): string | undefined {
  return Object.hasOwn(calls.advice, name) && !isOfPage(name)
    ? text(`advice.${name as Exclude<keyof typeof calls.advice, OfPage>}`)
    : undefined;
}

function isOfPage(name: string): name is OfPage {
  return ['FIELD', 'STATUS', 'OTHER'].includes(name);
}

function limitOn(option: string): string | undefined {
  return Object.hasOwn(calls.limits, option)
    ? text(`limits.${option as keyof typeof calls.limits}`)
    : undefined;
}
