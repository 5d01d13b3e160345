import { defineErrors } from '../core/errors.ts';

/** Failures of requests to a room and its objects. */
export const roomErrors = defineErrors({
  WRONG_DIRECTION: {
    status: 400,
    meaning:
      'A send transport was used to receive, or a receive transport to send.',
  },
  TRANSPORT_REQUIRED: {
    status: 400,
    meaning:
      'The request names no transport, and the peer does not have exactly one to choose.',
  },
  RESUME_REFUSED: {
    status: 403,
    meaning: 'The token does not resume a peer; join without it.',
  },
  REMOVED: {
    status: 403,
    meaning:
      'A moderator has removed the peer from the room: its connection cannot be resumed, and a token must be newer than the removal.',
  },
  BANNED: {
    status: 403,
    meaning:
      'A moderator has banned the client from the room; the error says until when.',
  },
  NOT_JOINED: { status: 403, meaning: 'The client has to join a room first.' },
  ROOM_NOT_FOUND: { status: 404, meaning: 'There is no such room.' },
  TRANSPORT_NOT_FOUND: {
    status: 404,
    meaning: 'The peer has no such transport.',
  },
  PRODUCER_NOT_FOUND: {
    status: 404,
    meaning:
      'There is no such producer in the room, or it belongs to another peer.',
  },
  CONSUMER_NOT_FOUND: {
    status: 404,
    meaning: 'The peer has no such consumer.',
  },
  DATA_PRODUCER_NOT_FOUND: {
    status: 404,
    meaning:
      'There is no such data producer in the room, or it belongs to another peer.',
  },
  DATA_CONSUMER_NOT_FOUND: {
    status: 404,
    meaning: 'The peer has no such data consumer.',
  },
  PEER_NOT_FOUND: { status: 404, meaning: 'The room has no such peer.' },
  ALREADY_JOINED: {
    status: 409,
    meaning: 'The connection is in a room already.',
  },
  ROOM_FULL: {
    status: 409,
    meaning: 'The room is full.',
  },
  TRANSPORT_CONNECTED: {
    status: 409,
    meaning: 'The transport is connected already.',
  },
  ID_TAKEN: {
    status: 409,
    meaning:
      'The room has a producer or data producer with the id that the client has chosen.',
  },
  ROOM_CLOSED: { status: 410, meaning: 'The room closed during the request.' },
  PEER_CLOSED: { status: 410, meaning: 'The peer left during the request.' },
  ROOM_LOCKED: {
    status: 423,
    meaning: 'A moderator has locked the room.',
  },
  IN_LOBBY: {
    status: 423,
    meaning:
      'The client waits in the lobby until a moderator lets it in, and joins then.',
  },
  ROOM_HAS_LOBBY: {
    status: 423,
    meaning:
      'The room has a lobby, in which clients of this contract cannot wait.',
  },
  ROOM_ELSEWHERE: {
    status: 503,
    meaning:
      'Another node of the cluster has the room, and the contract has no way to it from here; connect again, or to that node.',
  },
  ROOM_UNREACHABLE: {
    status: 503,
    meaning:
      'The node of the cluster that has the room does not answer; try again later.',
  },
  CLUSTER_UNAVAILABLE: {
    status: 503,
    meaning:
      'The node cannot find out at the moment if another one has the room, so it does not open it; try again later.',
  },
  RECORD_UNAVAILABLE: {
    status: 503,
    meaning:
      'The record of the room cannot be read or written at the moment; try again later.',
  },
});
