import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

/** The section `chat`. */
export const chatSection = section('Lasting rooms and their messages.', {
  roomsPerUser: count(1_000_000, 1_000).describe(
    'Rooms that one user has created and not deleted.',
  ),
  listedEntries: count(1_000_000, 10_000).describe(
    'Rooms or messages in one answer, also where a client asks for all: then it gets the first rooms, or the newest messages. Others are read in pages.',
  ),
  searchedMessages: count(10_000_000, 50_000).describe(
    'Messages that one search looks through, from the newest or from before and after on. SQLite does nothing else meanwhile, for about 1.5 µs each.',
  ),
  searchedRooms: count(10_000_000, 50_000).describe(
    'Rooms that one search looks through: the newest, or the newest of the type that is asked for. SQLite does nothing else meanwhile, for about 1 µs each.',
  ),
});

/** The options of the section `chat`. */
export type ChatOptions = OptionsOf<typeof chatSection>;
