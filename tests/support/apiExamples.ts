/** Parameters of paths of the server API, which name nothing. */
export const apiParameters: Readonly<Record<string, string>> = {
  roomId: 'nowhere',
  peerId: 'nobody',
  trackId: 'nothing',
  fromId: 'no-one',
  banId: 'no-ban',
  deliveryId: 'no-delivery',
  nodeId: 'other',
};

/** Valid bodies of the server API by the names of the routes. */
export const apiBodies: Readonly<Record<string, object>> = {
  createServerRoom: {
    roomId: 'lesson',
    maxPeers: 30,
    emptyTimeout: 60_000,
    metadata: {},
  },
  updateServerRoom: {
    maxPeers: 30,
    emptyTimeout: 60_000,
    locked: true,
    lobby: true,
  },
  createServerBan: {
    roomId: 'lesson',
    userId: 'eve',
    network: '192.0.2.1',
    ttl: 60,
  },
  sendServerData: { data: 'hello', to: ['ada'] },
  setServerSubscription: { sources: ['mic'] },
  createServerToken: {
    roomId: 'lesson',
    peerId: 'ada',
    displayName: 'Ada',
    role: 'member',
    permissions: { publish: ['mic'], chat: false },
    ttl: 60,
  },
  updateServerPeer: {
    role: 'member',
    permissions: { publish: ['mic'], chat: false },
    displayName: 'Ada',
  },
};
