import type { RequestHandlers } from '../../../lib/signalling/RequestDispatcher.ts';
import type { requests } from './contract.ts';
import { frameOf } from './encode.ts';
import type { TinySession } from './TinySession.ts';

/** The functions that serve the requests of the contract. */
export const handlers: RequestHandlers<typeof requests, TinySession> = {
  async enter(session, { roomId }) {
    const { context, grants } = session;
    const id = grants.identity.userId;
    const { others = [] } = await session.join(roomId, (client, enter) =>
      context.registry.join(roomId, { ...client, id, encode: frameOf }, enter),
    );
    return { others: others.map(({ peerId }) => peerId) };
  },
};
