import type { types } from 'mediasoup';

import { SOURCES } from '../auth/Grants.ts';
import type { Source } from '../auth/Grants.ts';
import { RoomError } from '../errors.ts';
import type { AppData } from './events.ts';

const KINDS: Readonly<Record<Source, types.MediaKind>> = {
  mic: 'audio',
  camera: 'video',
  screen: 'video',
  'screen-audio': 'audio',
};

/**
 * What a track is of, as its owner says in `appData.source`; undefined where
 * that says nothing.
 *
 * @throws {RoomError} VALIDATION_ERROR when there is no such source, or it is
 *   of the other kind.
 */
export function namedSource(
  kind: types.MediaKind,
  { source }: AppData,
): Source | undefined {
  if (source === undefined) {
    return undefined;
  }
  const named = SOURCES.find((known) => known === source);
  if (named === undefined || KINDS[named] !== kind) {
    const fitting = SOURCES.filter((known) => KINDS[known] === kind);
    throw new RoomError(
      'VALIDATION_ERROR',
      `appData.source: expected ${listOf(fitting)} for ${kind}, or nothing, got ${JSON.stringify(source).slice(0, 64)}`,
    );
  }
  return named;
}

/**
 * What a track is of: as its owner says, or what tracks of its kind are of most
 * of the time.
 *
 * @throws {RoomError} As {@link namedSource}.
 */
export function sourceOf(kind: types.MediaKind, appData: AppData): Source {
  return namedSource(kind, appData) ?? (kind === 'audio' ? 'mic' : 'camera');
}

function listOf(sources: readonly Source[]): string {
  return sources.map((source) => `"${source}"`).join(' or ');
}
