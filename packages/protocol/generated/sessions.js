// Written by "npm run docs" from the contracts of the server.

export const REQUESTS = {
  connect: 'public',
  offer: 'member',
  answer: 'member',
  'ice-candidate': 'member',
  disconnect: 'member',
};

export const SESSION_ERRORS = {
  SESSION_NOT_FOUND: 404,
  PASSWORD_WRONG: 403,
  NOT_THE_HOST: 403,
  SESSION_FULL: 409,
  PEER_ID_TAKEN: 409,
  PEER_UNREACHABLE: 409,
};
