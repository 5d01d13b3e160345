import { UserError } from './advice.ts';
import { CallEntry } from './CallEntry.ts';
import type { Entered } from './CallEntry.ts';
import type { CallSocket } from './CallSocket.ts';
import type { CallType } from './protocol.ts';
import { text } from '../texts/texts.ts';

/** The ways into a call for guests, who join calls but start none. */
export class GuestEntry extends CallEntry {
  override async start(
    socket: CallSocket,
    conversationId: string,
    type: CallType,
  ): Promise<Entered> {
    try {
      const joined = await this.join(socket, conversationId, type);
      return { ...joined, how: 'accepted' };
    } catch (error) {
      throw error instanceof UserError && error.code === 'CALL_ENDED'
        ? new UserError('CALL_ENDED', text('advice.NO_CALL'))
        : error;
    }
  }
}
