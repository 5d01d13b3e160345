import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** The longest password, as the server takes it, bytes. */
const MAX_LENGTH = 4_096;

/** A password that cannot be read; the message says why. */
export class PasswordError extends Error {}

/**
 * Reads a password: at a terminal it is asked for twice and not shown,
 * otherwise it is all that standard input has, without the last line break.
 *
 * @throws {PasswordError} When there is none, or the two differ.
 */
export async function readPassword(
  input: ReadStream = process.stdin,
): Promise<string> {
  if (!input.isTTY) {
    return readAll(input);
  }
  const password = await ask(input, 'Password: ');
  if ((await ask(input, 'Password, again: ')) !== password) {
    throw new PasswordError('password: expected the same one twice');
  }
  return checked(password);
}

async function readAll(input: ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_LENGTH) {
      break;
    }
  }
  return checked(
    Buffer.concat(chunks)
      .toString()
      .replace(/\r?\n$/, ''),
  );
}

/** Asks at the terminal, which shows the question and not the answer. */
async function ask(input: ReadStream, question: string): Promise<string> {
  const silence = new Writable({
    write: (_chunk, _encoding, done) => done(),
  });
  const lines = createInterface({ input, output: silence, terminal: true });
  lines.once('SIGINT', () => lines.close());
  process.stderr.write(question);
  try {
    const closed = once(lines, 'close').then(() => {
      throw new PasswordError('password: expected one, got none');
    });
    const [answer] = (await Promise.race([once(lines, 'line'), closed])) as [
      string,
    ];
    return answer;
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

function checked(password: string): string {
  if (password === '') {
    throw new PasswordError(
      'password: expected one at the terminal or on standard input, got nothing',
    );
  }
  if (/[\r\n]/.test(password)) {
    throw new PasswordError('password: expected one line, got several');
  }
  if (Buffer.byteLength(password) > MAX_LENGTH) {
    throw new PasswordError(
      `password: expected at most ${MAX_LENGTH} bytes, got more`,
    );
  }
  return password;
}
