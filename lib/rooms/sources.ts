import type { types } from 'mediasoup';

import { SOURCES } from '../auth/Permissions.ts';
import type { Source } from '../auth/Permissions.ts';
import type { AppData } from './events.ts';

const KINDS: Readonly<Record<Source, types.MediaKind>> = {
  mic: 'audio',
  camera: 'video',
  screen: 'video',
  'screen-audio': 'audio',
};

/**
 * The source of a track that its owner names in `appData.source`; undefined if
 * that is missing, unknown or of the other kind. `appData` belongs to the
 * client, so no value of it is refused.
 */
export function namedSource(
  kind: types.MediaKind,
  { source }: AppData,
): Source | undefined {
  return SOURCES.find((known) => known === source && KINDS[known] === kind);
}

/** The source of a track whose owner names none. */
export function usualSource(kind: types.MediaKind): Source {
  return kind === 'audio' ? 'mic' : 'camera';
}
