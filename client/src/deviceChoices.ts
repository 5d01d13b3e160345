import type { DeviceConstraints } from 'videoconf-sdk/core';
import type { Preferences } from './preferences.ts';

/** The constraints under which the preferred devices are opened. */
export function deviceChoices({
  micId,
  cameraId,
  noiseSuppression,
  echoCancellation,
  autoGainControl,
}: Preferences): Required<DeviceConstraints> {
  return {
    mic: {
      ...(micId && { deviceId: micId }),
      noiseSuppression,
      echoCancellation,
      autoGainControl,
    },
    camera: cameraId ? { deviceId: cameraId } : {},
  };
}
