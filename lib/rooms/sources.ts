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
 * What a track is of: as its owner says in `appData.source`, or what tracks of
 * its kind are of most of the time where that says nothing that fits.
 */
export function sourceOf(kind: types.MediaKind, appData: AppData): Source {
  const named = SOURCES.find((source) => source === appData['source']);
  if (named !== undefined && KINDS[named] === kind) {
    return named;
  }
  return kind === 'audio' ? 'mic' : 'camera';
}
