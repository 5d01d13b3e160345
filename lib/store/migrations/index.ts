import { accountsAndRooms } from './0001-accounts-and-rooms.ts';
import { roomsOfCreator } from './0002-rooms-of-creator.ts';
import { loginsByEnd } from './0003-logins-by-end.ts';
import { roomsInOrder } from './0004-rooms-in-order.ts';
import { conversations } from './0005-conversations.ts';
import { calls } from './0006-calls.ts';
import { heldCalls } from './0007-held-calls.ts';
import { meetings } from './0008-meetings.ts';
import { bansAndAudit } from './0009-bans-and-audit.ts';
import { serverRooms } from './0010-server-rooms.ts';
import { loginsOfTickets } from './0011-logins-of-tickets.ts';
import { webhooks } from './0012-webhooks.ts';
import { entryOfServerRooms } from './0013-entry-of-server-rooms.ts';
import { peopleOfEvents } from './0014-people-of-events.ts';
import { tokensOfBans } from './0015-tokens-of-bans.ts';
import { timesOfTickets } from './0016-times-of-tickets.ts';
import type { Migration } from './Migration.ts';

/** Every step of the schema, the oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  accountsAndRooms,
  roomsOfCreator,
  loginsByEnd,
  roomsInOrder,
  conversations,
  calls,
  heldCalls,
  meetings,
  bansAndAudit,
  serverRooms,
  loginsOfTickets,
  webhooks,
  entryOfServerRooms,
  peopleOfEvents,
  tokensOfBans,
  timesOfTickets,
];
