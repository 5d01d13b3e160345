import type {
  DeviceConstraints,
  DeviceFailures,
  DeviceSource,
} from 'videoconf-sdk/core';
import { preferences, savePreferences } from './preferences.ts';
import type { Preferences } from './preferences.ts';

/** The settings that keep the chosen devices of the sources. */
const SETTINGS = {
  mic: 'micId',
  camera: 'cameraId',
} as const satisfies Record<DeviceSource, keyof Preferences>;

/** The source whose device a setting keeps. */
export function sourceOf(
  setting: (typeof SETTINGS)[DeviceSource],
): DeviceSource {
  return setting === SETTINGS.mic ? 'mic' : 'camera';
}

/**
 * The constraints under which the preferred devices are opened. Browsers may open another
 * device than one that is merely preferred: Chromium does so with several cameras.
 */
export function deviceChoices({
  micId,
  cameraId,
  noiseSuppression,
  echoCancellation,
  autoGainControl,
}: Preferences): Required<DeviceConstraints> {
  return {
    mic: {
      ...(micId && { deviceId: { exact: micId } }),
      noiseSuppression,
      echoCancellation,
      autoGainControl,
    },
    camera: cameraId ? { deviceId: { exact: cameraId } } : {},
  };
}

/** Forgets the chosen devices that are no longer connected; true if there were some. */
export function forgetMissing(failures: DeviceFailures): boolean {
  const missing = [...failures]
    .filter(([, failure]) => failure === 'OverconstrainedError')
    .map(([source]) => SETTINGS[source])
    .filter((setting) => preferences()[setting] !== '');
  for (const setting of missing) {
    savePreferences({ [setting]: '' });
  }
  return missing.length > 0;
}
