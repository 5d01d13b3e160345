import { ProtooClient } from '../fixtures/ProtooClient.ts';
import type { MeasuredServer } from './MeasuredServer.ts';

/** Objects cost far more than their two bytes of JSON, unless kept as bytes. */
const DATA = Array.from({ length: 5_400 }, () => ({}));

/** Requests that a sender has unanswered at most. */
const WINDOW = 8;

/** Behaviours of peers that make a server keep what is sent to them. */
export type Behaviour = 'answers no pings' | 'lost its connection';

/** A flood of messages, and what it meets. */
export interface FloodOptions {
  room: string;
  /** Messages of 16 kB, in all. */
  messages: number;
  /** Peers that confirm nothing. */
  silent: number;
  behaviour: Behaviour;
}

/**
 * Lets two senders say as much as they may in a room where others do not
 * confirm what they are told, and one does, who has to hear everything.
 *
 * @returns The code and reason with which each of the silent was closed.
 */
export async function flood(
  { start: { url } }: MeasuredServer,
  { room, messages, silent, behaviour }: FloodOptions,
): Promise<string[]> {
  const join = async (id: string, autoPong: boolean): Promise<ProtooClient> => {
    const client = await ProtooClient.connect(url, room, id, { autoPong });
    await client.request('joinRoom', { roomId: room, peerId: id });
    return client;
  };
  const senders = await Promise.all([join('one', true), join('two', true)]);
  const witness = await join('witness', true);
  const others = await Promise.all(
    Array.from({ length: silent }, (_, index) => join(`other-${index}`, false)),
  );
  // Nothing is parsed that need not be, so that the server is the one that works.
  for (const client of [witness, ...others]) {
    client.socket.removeAllListeners('message');
  }
  const heardAll = hears(witness, messages);
  const quiet = others.map((client) => {
    if (behaviour === 'lost its connection') {
      client.socket.terminate();
    }
    return client.closed;
  });
  let left = messages;
  await Promise.all(
    senders.map((sender) =>
      Promise.all(
        Array.from({ length: WINDOW }, async () => {
          while (left > 0) {
            left -= 1;
            await sender.request('sendMessage', { data: DATA });
            sender.notifications.length = 0;
            sender.frames.length = 0;
          }
        }),
      ),
    ),
  );
  await heardAll;
  const closed = await Promise.all(
    quiet.map(async (end) => {
      const { code, reason } = await end;
      return `${code} ${reason}`;
    }),
  );
  await Promise.all([...senders, witness].map((client) => client.close()));
  return closed;
}

/** @throws {Error} When the client is closed before. */
function hears({ socket }: ProtooClient, messages: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = 0;
    socket.on('message', () => {
      heard += 1;
      if (heard === messages) {
        resolve();
      }
    });
    socket.once('close', (code, reason) => {
      reject(
        new Error(`closed after ${heard} messages: ${code} ${String(reason)}`),
      );
    });
  });
}
