import type { AuthOptions } from '../auth/options.ts';
import { signingKeyOf } from '../auth/signingKey.ts';
import type { UserAuthenticator } from '../auth/UserAuthenticator.ts';
import type { Live } from '../core/Live.ts';
import type { RoomBans } from '../rooms/RoomBans.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { Meetings as MeetingStore } from '../store/MeetingStore.ts';
import type { LiveMeetings } from './LiveMeetings.ts';
import { MeetingAuthenticator } from './MeetingAuthenticator.ts';
import { MeetingBans } from './MeetingBans.ts';
import { MeetingDoor } from './MeetingDoor.ts';
import { Meetings } from './Meetings.ts';
import { MeetingTokens } from './MeetingTokens.ts';
import { MeetingUpkeep } from './MeetingUpkeep.ts';
import type { MeetingsOptions } from './options.ts';
import type { PasswordGate } from './PasswordGate.ts';

/** Parts of the server that meetings are built on. */
interface MeetingSurroundings {
  readonly store: MeetingStore;
  readonly live: LiveMeetings;
  readonly registry: RoomRegistry;
  readonly bans: RoomBans;
  readonly gate: PasswordGate;
  readonly users: UserAuthenticator;
}

/** The meetings of a server, and the parts that clients meet. */
export interface MeetingServices {
  readonly meetings: Meetings;
  readonly door: MeetingDoor;
  readonly authenticator: MeetingAuthenticator;
  readonly upkeep: MeetingUpkeep;
}

/** Puts the meetings of a server together. */
export function createMeetings(
  { store, live, registry, bans: roomBans, gate, users }: MeetingSurroundings,
  config: {
    readonly meetings: Live<MeetingsOptions>;
    readonly auth: Live<AuthOptions>;
  },
): MeetingServices {
  const { meetings: options, auth } = config;
  const bans = new MeetingBans(roomBans, live);
  const meetings = new Meetings({
    store,
    live,
    registry,
    gate,
    bans,
    tokens: new MeetingTokens(() => signingKeyOf(auth), options),
    options,
  });
  const authenticator = new MeetingAuthenticator(users, auth);
  return {
    meetings,
    door: new MeetingDoor(meetings, authenticator, bans, options),
    authenticator,
    upkeep: new MeetingUpkeep(meetings, store, options),
  };
}
