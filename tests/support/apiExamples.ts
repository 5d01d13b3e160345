/** Parameters of paths of the server API, which name nothing. */
export const apiParameters: Readonly<Record<string, string>> = {
  roomId: 'nowhere',
  peerId: 'nobody',
  trackId: 'nothing',
  nodeId: 'other',
};

/** Valid bodies of the server API by the names of the routes. */
export const apiBodies: Readonly<Record<string, object>> = {
  updateServerPeer: {
    role: 'member',
    permissions: { publish: ['mic'], chat: false },
    displayName: 'Ada',
  },
};
