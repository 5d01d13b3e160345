import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import type { requests } from './contract.ts';
import type { MediaSession } from './MediaSession.ts';
import { consume, openTransport, produce } from './operations.ts';

/** The functions that serve the events of clients. */
export const socketHandlers: RequestHandlers<typeof requests, MediaSession> = {
  authenticate: (session, credentials) => session.identify(credentials),

  'create-transport': async (session, options) =>
    openTransport(await session.peer(), options),

  async 'connect-transport'(session, { transportId, dtlsParameters }) {
    const { transports } = await session.peer();
    await transports.connect(transportId, dtlsParameters);
    return {};
  },

  produce: async (session, { transportId, ...options }) =>
    produce(await session.peer(), transportId, options),

  async consume(session, { transportId, ...options }) {
    const { producerId } = options;
    const consumer = await consume(await session.peer(), transportId, options);
    return { ...consumer, producerId };
  },

  async resume(session, { producerId, consumerId }) {
    const { producers, consumers } = await session.peer();
    await (producerId === undefined
      ? consumers.resume(consumerId ?? '')
      : producers.resume(producerId));
    return {};
  },

  async pause(session, { producerId, consumerId }) {
    const { producers, consumers } = await session.peer();
    await (producerId === undefined
      ? consumers.pause(consumerId ?? '')
      : producers.pause(producerId));
    return {};
  },

  async close(session, { producerId, consumerId, transportId }) {
    const { producers, consumers, transports } = await session.peer();
    if (producerId !== undefined) {
      producers.close(producerId);
    } else if (consumerId !== undefined) {
      consumers.close(consumerId);
    } else {
      transports.close(transportId ?? '');
    }
    return {};
  },
};
