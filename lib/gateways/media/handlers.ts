import type { Calls } from '../../calls/Calls.ts';
import type { RouteHandlers } from '../../http/RouteSpec.ts';
import { networkOf } from '../../limits/network.ts';
import type { AccessOptions } from '../../limits/options.ts';
import type { MediaUser } from './MediaAuthenticator.ts';
import {
  callOf,
  consume,
  openTransport,
  produce,
  requireCodecs,
} from './operations.ts';
import type { routeContract } from './routes.ts';

/** The reply to a request that has closed an object. */
function closed(object: string) {
  return {
    status: 200,
    body: { success: true, message: `${object} closed` },
  } as const;
}

/** The functions that serve the operations of the contract. */
export function routeHandlers(
  calls: Calls,
  access: Pick<AccessOptions, 'trustProxy'>,
): RouteHandlers<typeof routeContract, MediaUser> {
  const { peers } = calls;

  return {
    async createRouter({ body: { callId, mediaCodecs }, user: { caller } }) {
      requireCodecs(mediaCodecs);
      const data = await peers.openRoom(callId, caller);
      return { status: 201, body: { success: true, data } };
    },

    async createTransport({ parameters, body, user: { caller }, request }) {
      const { participantId, ...options } = body;
      const peer = await peers.enter(
        callOf(parameters.routerId),
        participantId,
        caller,
        networkOf(request, access.trustProxy),
      );
      const data = await openTransport(peer, options);
      return { status: 201, body: { success: true, data } };
    },

    async connectTransport({ parameters, body, user: { caller } }) {
      const { transportId } = parameters;
      const peer = peers.owner('transports', transportId, caller);
      await peer.transports.connect(transportId, body.dtlsParameters);
      return { status: 200, body: { success: true } };
    },

    async createProducer({ parameters, body, user: { caller } }) {
      const { transportId } = parameters;
      const peer = peers.owner('transports', transportId, caller);
      const data = await produce(peer, transportId, body);
      return { status: 201, body: { success: true, data } };
    },

    async createConsumer({ parameters, body, user: { caller } }) {
      const { transportId } = parameters;
      const peer = peers.owner('transports', transportId, caller);
      const data = await consume(peer, transportId, body);
      return { status: 201, body: { success: true, data } };
    },

    deleteProducer({ parameters: { producerId }, user: { caller } }) {
      const peer = peers.owner('producers', producerId, caller);
      peer.producers.close(producerId);
      return closed('Producer');
    },

    deleteConsumer({ parameters: { consumerId }, user: { caller } }) {
      const peer = peers.owner('consumers', consumerId, caller);
      peer.consumers.close(consumerId);
      return closed('Consumer');
    },

    deleteTransport({ parameters: { transportId }, user: { caller } }) {
      const peer = peers.owner('transports', transportId, caller);
      peer.transports.close(transportId);
      return closed('Transport');
    },

    async deleteRouter({ parameters: { routerId }, user: { caller } }) {
      const callId = callOf(routerId);
      await (caller === undefined
        ? calls.endByServer(callId)
        : calls.end(caller, callId));
      return {
        status: 200,
        body: { success: true, message: 'Router deleted' },
      };
    },
  };
}
