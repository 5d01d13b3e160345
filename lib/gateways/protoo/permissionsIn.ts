import type { z } from 'zod';

import type { Permissions } from '../../auth/Permissions.ts';
import type { PeerInfo } from '../../rooms/events.ts';
import type { permissionsSchema } from './shapes.ts';

/** The permissions among grants, as clients are told of them. */
export function permissionsIn({
  publish,
  subscribe,
  data,
  chat,
  raiseHand,
  metadata,
  moderate,
}: Permissions): z.output<typeof permissionsSchema> {
  return {
    publish: Array.from(publish),
    subscribe,
    data,
    chat,
    raiseHand,
    metadata,
    moderate: Array.from(moderate),
  };
}

/** A peer, as the others are told of it. */
export function peerIn(peer: PeerInfo) {
  return { ...peer, permissions: permissionsIn(peer.permissions) };
}
