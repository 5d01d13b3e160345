/** Every scope of the server API, with what it permits. */
export const API_SCOPES = {
  'rooms:read': 'List and show rooms and their peers.',
  'rooms:write':
    'Create, change, close and delete rooms, and send data to their peers.',
  'peers:write':
    'Admit, mute, change and remove peers, and choose what they receive.',
  'tokens:write': 'Make tokens with which clients enter rooms.',
  'bans:read': 'List bans.',
  'bans:write': 'Add and lift bans.',
  'audit:read': 'Read the audit log.',
  'events:read':
    'Follow the events of rooms; with `audit:read`, also what moderators do.',
  'nodes:read': 'List the servers, and show each with its media workers.',
  'nodes:write': 'Drain a server.',
  'webhooks:read': 'List the deliveries of webhooks.',
  'webhooks:write': 'Replay deliveries of webhooks.',
} as const;

/** A scope of the server API. */
export type ApiScope = keyof typeof API_SCOPES;

/** The names of the scopes. */
export const API_SCOPE_NAMES = Object.keys(API_SCOPES) as ApiScope[];
