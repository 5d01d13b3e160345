import { LOCAL_ROOMS } from '../../lib/cluster/RoomDirectory.ts';
import type { LiveSections } from '../../lib/config/LiveConfig.ts';
import { AuditLog } from '../../lib/moderation/AuditLog.ts';
import { Bans } from '../../lib/moderation/Bans.ts';
import type { LastingParts } from '../../lib/rooms/RoomRegistry.ts';
import type { Store } from '../../lib/store/Store.ts';

/** The parts of rooms that outlive them, beside their records. */
export function lastingParts(
  store: Store,
  { moderation, rooms }: LiveSections,
): Omit<LastingParts, 'records'> & { bans: Bans } {
  return {
    bans: new Bans(store.bans, moderation, () => rooms.bansPerRoom),
    moderationLog: new AuditLog(store.audit, moderation),
    observers: [],
    directory: LOCAL_ROOMS,
  };
}
