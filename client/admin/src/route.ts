/** A place in the dashboard. */
export type Route =
  | {
      readonly name:
        'servers' | 'rooms' | 'bans' | 'audit' | 'webhooks' | 'events';
    }
  | { readonly name: 'server'; readonly nodeId: string }
  | { readonly name: 'room'; readonly roomId: string }
  | { readonly name: 'peer'; readonly roomId: string; readonly peerId: string };

/** Reads the part of the address after `#`; undefined if it names no place. */
export function routeIn(hash: string): Route | undefined {
  const [name, id, peerId, ...more] = parts(hash) ?? [];
  if (more.length > 0 || id === '' || peerId === '') {
    return undefined;
  }
  switch (name) {
    case 'servers':
      if (id === undefined) {
        return { name };
      }
      return peerId === undefined ? { name: 'server', nodeId: id } : undefined;
    case 'bans':
    case 'audit':
    case 'webhooks':
    case 'events':
      return id === undefined ? { name } : undefined;
    case 'rooms':
      if (id === undefined) {
        return { name };
      }
      return peerId === undefined
        ? { name: 'room', roomId: id }
        : { name: 'peer', roomId: id, peerId };
    default:
      return undefined;
  }
}

/** The address of a server. */
export function serverAddress(nodeId: string): string {
  return `#/servers/${encodeURIComponent(nodeId)}`;
}

/** The address of a room. */
export function roomAddress(roomId: string): string {
  return `#/rooms/${encodeURIComponent(roomId)}`;
}

/** The address of a peer. */
export function peerAddress(roomId: string, peerId: string): string {
  return `${roomAddress(roomId)}/${encodeURIComponent(peerId)}`;
}

function parts(hash: string): string[] | undefined {
  try {
    return hash
      .replace(/^#\/?/, '')
      .split('/')
      .map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}
