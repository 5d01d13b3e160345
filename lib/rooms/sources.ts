import type { types } from 'mediasoup';

import { SOURCES } from '../auth/Grants.ts';
import type { Source } from '../auth/Grants.ts';
import type { AppData } from './events.ts';

const KINDS: Readonly<Record<Source, types.MediaKind>> = {
  mic: 'audio',
  camera: 'video',
  screen: 'video',
  'screen-audio': 'audio',
};

/**
 * The source of a track, as its owner names it in `appData.source`; undefined
 * where that is missing, unknown or of the other kind. `appData` belongs to the
 * client, so no value of it is refused.
 */
export function namedSource(
  kind: types.MediaKind,
  { source }: AppData,
): Source | undefined {
  return SOURCES.find((known) => known === source && KINDS[known] === kind);
}

/**
 * The source of a track: as its owner names it, or else the usual one of its
 * kind.
 */
export function sourceOf(kind: types.MediaKind, appData: AppData): Source {
  return namedSource(kind, appData) ?? (kind === 'audio' ? 'mic' : 'camera');
}
