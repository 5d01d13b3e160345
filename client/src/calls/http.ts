import { adviceFor, UserError } from './advice.ts';
import { text } from '../texts/texts.ts';

/** An answer of the server, with its parsed body. */
type Answer = { status: number; body: unknown };

/** Sends a request to the server of the page. @throws {UserError} UNREACHABLE. */
export async function send(
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<Answer> {
  let response;
  try {
    response = await fetch(new URL(path, location.href), {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new UserError('UNREACHABLE', text('advice.UNREACHABLE'));
  }
  const answer = await response.text();
  try {
    return {
      status: response.status,
      body: answer === '' ? {} : JSON.parse(answer),
    };
  } catch {
    return { status: response.status, body: {} };
  }
}

/** The body of an answer. @throws {UserError} If the server refused. */
export function accepted({ status, body }: Answer): unknown {
  if (status < 400) {
    return body;
  }
  throw adviceFor(status, body);
}
