// Written by "npm run docs" from the contracts of the server.

export const REQUESTS = {
  authenticate: 'public',
  'call:initiate': 'user',
  'call:accept': 'user',
  'call:reject': 'user',
  'call:join': 'user',
  'call:leave': 'member',
  'call:signal': 'member',
  'call:mode-switch-ack': 'member',
  'call:transcription': 'member',
  'call:media-state-change': 'member',
};
