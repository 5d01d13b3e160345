import { MAX_LENGTH, textOf } from 'videoconf-sdk/core';
import type { RoomClient } from 'videoconf-sdk/core';
import type { Notices } from './Notices.ts';
import { text } from '../texts/texts.ts';

/**
 * Shows texts that the operator of the server sends to the people of a room. Other
 * data of the operator is for programs.
 */
export function showServerMessages(client: RoomClient, notices: Notices): void {
  client.on('notification', ({ method, data }) => {
    const sent = method === 'serverMessage' ? textIn(data.data) : undefined;
    if (sent !== undefined) {
      notices.show('serverMessage', {
        text: () => text('room.fromHost', { text: sent.slice(0, MAX_LENGTH) }),
        tone: 'wait',
      });
    }
  });
}

/** The text of a message, by itself or as `{ text }`; undefined if it has none. */
function textIn(data: unknown): string | undefined {
  return textOf(typeof data === 'string' ? { text: data } : data);
}
