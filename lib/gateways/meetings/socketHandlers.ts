import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import type { MeetingSession } from './MeetingSession.ts';
import type { requests } from './contract.ts';

/** The functions that serve the messages of the contract. */
export const socketHandlers: RequestHandlers<typeof requests, MeetingSession> =
  {
    async connect(session, data) {
      await session.connect(data);
      return {};
    },

    offer(session, data) {
      session.signal('offer', data);
      return {};
    },

    answer(session, data) {
      session.signal('answer', data);
      return {};
    },

    'ice-candidate'(session, data) {
      session.signal('ice-candidate', data);
      return {};
    },

    disconnect(session) {
      session.disconnect();
      return {};
    },
  };
