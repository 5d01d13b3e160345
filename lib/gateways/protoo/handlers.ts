import type { z } from 'zod';

import { iceServersFor } from '../../auth/iceServers.ts';
import { routerRtpCapabilities } from '../../media/codecs.ts';
import type { View } from '../../rooms/Views.ts';
import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import type { requests } from './contract.ts';
import { createInvitation } from './createInvitation.ts';
import { joinRoom } from './joinRoom.ts';
import type { ProtooSession } from './ProtooSession.ts';
import type { ofConsumers, viewSchema } from './shapes.ts';

/** The functions that serve the requests of the contract. */
export const handlers: RequestHandlers<typeof requests, ProtooSession> = {
  getRouterRtpCapabilities: () => ({ rtpCapabilities: routerRtpCapabilities }),

  ping: () => ({}),

  joinRoom,

  getIceServers: ({ grants, context: { config } }) => ({
    iceServers: iceServersFor(grants.identity.userId, config.ice),
  }),

  createWebRtcTransport: ({ peer }, { direction, ...options }) =>
    peer.transports.create(direction, options),

  async connectWebRtcTransport({ peer }, { transportId, dtlsParameters }) {
    await peer.transports.connect(transportId, dtlsParameters);
    return {};
  },

  restartIce: async ({ peer }, { transportId }) => ({
    iceParameters: await peer.transports.restartIce(transportId),
  }),

  closeWebRtcTransport({ peer }, { transportId }) {
    peer.transports.close(transportId);
    return {};
  },

  async produce({ peer }, options) {
    const { producerId } = await peer.producers.open(options);
    return { producerId };
  },

  consume: ({ peer }, options) => peer.consumers.open(options),

  async pause({ peer }, data) {
    await peer.consumers.pause(...consumersIn(data));
    return {};
  },

  async resume({ peer }, data) {
    await peer.consumers.resume(...consumersIn(data));
    return {};
  },

  closeConsumer({ peer }, data) {
    peer.consumers.close(...consumersIn(data));
    return {};
  },

  async setConsumerPreferredLayers({ peer }, { consumerId, ...layers }) {
    await peer.consumers.setPreferredLayers(consumerId, layers);
    return {};
  },

  async setConsumerPriority({ peer }, { consumerId, priority }) {
    await peer.consumers.setPriority(consumerId, priority);
    return {};
  },

  async setViews({ peer }, { views }) {
    await peer.views.set(views.map(viewOf));
    return {};
  },

  async requestConsumerKeyFrame({ peer }, { consumerId }) {
    await peer.consumers.requestKeyFrame(consumerId);
    return {};
  },

  reportQuality({ peer }, { quality }) {
    peer.quality.report(quality);
    return {};
  },

  async pauseProducer({ peer }, { producerId }) {
    await peer.producers.pause(producerId);
    return {};
  },

  async resumeProducer({ peer }, { producerId }) {
    await peer.producers.resume(producerId);
    return {};
  },

  closeProducer({ peer }, { producerId }) {
    peer.producers.close(producerId);
    return {};
  },

  async produceData({ peer }, options) {
    const { dataProducerId } = await peer.dataProducers.open(options);
    return { dataProducerId };
  },

  consumeData: ({ peer }, options) => peer.dataConsumers.open(options),

  closeDataProducer({ peer }, { dataProducerId }) {
    peer.dataProducers.close(dataProducerId);
    return {};
  },

  closeDataConsumer({ peer }, { dataConsumerId }) {
    peer.dataConsumers.close(dataConsumerId);
    return {};
  },

  getTransportStats: async ({ peer }, { transportId }) => ({
    stats: await peer.transports.stats(transportId),
  }),

  getProducerStats: async ({ peer }, { producerId }) => ({
    stats: await peer.producers.stats(producerId),
  }),

  getConsumerStats: async ({ peer }, { consumerId }) => ({
    stats: await peer.consumers.stats(consumerId),
  }),

  getDataProducerStats: async ({ peer }, { dataProducerId }) => ({
    stats: await peer.dataProducers.stats(dataProducerId),
  }),

  getDataConsumerStats: async ({ peer }, { dataConsumerId }) => ({
    stats: await peer.dataConsumers.stats(dataConsumerId),
  }),

  async sendMessage({ peer }, message) {
    await peer.messages.send(message);
    return {};
  },

  async muteProducer({ peer }, { producerId }) {
    await peer.moderation.mute(producerId);
    return {};
  },

  async muteAll({ peer }, { source, except }) {
    await peer.moderation.muteAll(source, except);
    return {};
  },

  requestUnmute({ peer }, { producerId }) {
    peer.moderation.requestUnmute(producerId);
    return {};
  },

  closeProducerOf({ peer }, { producerId }) {
    peer.moderation.stop(producerId);
    return {};
  },

  removePeer({ peer }, { peerId, ban }) {
    peer.moderation.remove(peerId, ban === false ? undefined : ban);
    return {};
  },

  lockRoom({ peer }, { locked }) {
    peer.moderation.lock(locked);
    return {};
  },

  setLobby({ peer }, { enabled }) {
    peer.moderation.setLobby(enabled);
    return {};
  },

  admitPeer({ peer }, { peerId }) {
    peer.moderation.admit(peerId);
    return {};
  },

  admitAll({ peer }) {
    peer.moderation.admitAll();
    return {};
  },

  rejectPeer({ peer }, { peerId }) {
    peer.moderation.reject(peerId);
    return {};
  },

  clearChat({ peer }) {
    peer.moderation.clearChat();
    return {};
  },

  setRoomMetadata({ peer }, { metadata }) {
    peer.moderation.setRoomMetadata(metadata);
    return {};
  },

  setSpotlight({ peer }, { peerId }) {
    peer.moderation.setSpotlight(peerId ?? undefined);
    return {};
  },

  setRole({ peer }, { peerId, role }) {
    peer.moderation.setRole(peerId, role);
    return {};
  },

  setPermissions({ peer }, { peerId, permissions }) {
    peer.moderation.setPermissions(peerId, permissions);
    return {};
  },

  createInvitation: ({ peer, roomId, context }, invitation) =>
    createInvitation(peer.moderation, roomId, invitation, context.config.auth),

  closeRoom({ peer }) {
    peer.moderation.closeRoom();
    return {};
  },

  raiseHand({ peer }, { raised }) {
    peer.profile.raiseHand(raised);
    return { handRaisedAt: peer.profile.handRaisedAt ?? null };
  },

  react({ peer }, { emoji }) {
    peer.profile.react(emoji);
    return {};
  },

  setDisplayName({ peer }, { displayName }) {
    peer.profile.rename(displayName);
    return {};
  },

  setPeerMetadata({ peer }, { metadata }) {
    peer.profile.setMetadata(metadata);
    return {};
  },

  leaveRoom(session) {
    session.leaveRoom();
    return {};
  },
};

/** The consumers that a request names. */
function consumersIn({
  consumerId,
  consumerIds = [],
}: z.output<typeof ofConsumers>): string[] {
  return consumerId === undefined ? consumerIds : [consumerId, ...consumerIds];
}

/** A view of the contract, in the words of the rooms. */
function viewOf({
  producerId,
  width,
  height,
}: z.output<typeof viewSchema>): View {
  return width === undefined || height === undefined
    ? { producerId }
    : { producerId, size: { width, height } };
}
