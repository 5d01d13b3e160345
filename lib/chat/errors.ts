import { defineErrors } from '../core/errors.ts';

/** Failures of lasting rooms and their messages. */
export const chatErrors = defineErrors({
  CHAT_ROOM_NOT_FOUND: {
    status: 404,
    meaning: 'There is no such lasting room, or it was deleted.',
  },
  NOT_THE_CREATOR: {
    status: 403,
    meaning: 'Only the creator of a lasting room may change or delete it.',
  },
});
