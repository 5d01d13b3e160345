import { MAX_LENGTH, textOf } from 'videoconf-sdk/core';
import type { RoomClient } from 'videoconf-sdk/core';
import { isolate } from './isolate.ts';
import type { Notices } from './Notices.ts';

/**
 * Shows texts that the operator of the server sends to the people of a room. Other
 * data of the operator is for programs.
 */
export function showServerMessages(client: RoomClient, notices: Notices): void {
  client.on('notification', ({ method, data }) => {
    const text = method === 'serverMessage' ? textIn(data.data) : undefined;
    if (text !== undefined) {
      notices.show('serverMessage', {
        text: `From the host of this service: ${isolate(text.slice(0, MAX_LENGTH))}`,
        tone: 'wait',
      });
    }
  });
}

/** The text of a message, by itself or as `{ text }`; undefined if it has none. */
function textIn(data: unknown): string | undefined {
  return textOf(typeof data === 'string' ? { text: data } : data);
}
