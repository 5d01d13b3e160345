import type { ReactElement } from 'react';

import { canShareScreen } from '../core/index.ts';
import type { DeviceSource } from '../core/index.ts';
import { VideoconfError } from '../VideoconfError.ts';
import { classes } from './classes.ts';
import { useVisit } from './context.ts';
import { useLocalMedia, useVideoconf } from './hooks.ts';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import type { ControlsProps } from './props.ts';
import { useStyles } from './useStyles.ts';

/** Buttons for microphone, camera, screen and leaving, while there is a room. */
export function Controls({ className }: ControlsProps): ReactElement | null {
  useStyles();
  const visit = useVisit('Controls');
  const { state, sdk } = useVideoconf();
  const media = useLocalMedia();
  if (state === 'ended') {
    return null;
  }
  const turn = (
    change: Promise<void>,
    devices: DeviceSource[],
  ): Promise<void> =>
    change.then(visit.dismiss, (error: unknown) => {
      if (!isCancelled(error, devices)) {
        visit.report(error, devices);
      }
    });
  const { isMicrophoneOn, isCameraOn, isScreenShared } = media;
  return (
    <div
      className={classes('vc-controls', className)}
      role="group"
      aria-label="Meeting controls"
    >
      <Control
        label={isMicrophoneOn ? 'Mute microphone' : 'Unmute microphone'}
        icon={isMicrophoneOn ? 'microphone' : 'microphoneOff'}
        isOn={isMicrophoneOn}
        onClick={() => turn(media.setMicrophone(!isMicrophoneOn), ['mic'])}
      />
      <Control
        label={isCameraOn ? 'Turn camera off' : 'Turn camera on'}
        icon={isCameraOn ? 'camera' : 'cameraOff'}
        isOn={isCameraOn}
        onClick={() => turn(media.setCamera(!isCameraOn), ['camera'])}
      />
      {canShareScreen() && (
        <Control
          label={isScreenShared ? 'Stop sharing screen' : 'Share screen'}
          icon="screen"
          isOn={isScreenShared}
          onClick={() => turn(media.setScreenShare(!isScreenShared), [])}
        />
      )}
      <Control
        label="Leave"
        icon="leave"
        isLeaving
        onClick={() => sdk.close()}
      />
    </div>
  );
}

function Control({
  label,
  icon,
  isOn = true,
  isLeaving = false,
  onClick,
}: {
  /** The next act of the button. */
  label: string;
  icon: IconName;
  isOn?: boolean;
  isLeaving?: boolean;
  onClick: () => unknown;
}): ReactElement {
  return (
    <button
      type="button"
      className="vc-control"
      aria-label={label}
      title={label}
      data-on={isOn}
      data-leaving={isLeaving}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** True if the user chose no screen, which is not worth a notice. */
function isCancelled(error: unknown, devices: DeviceSource[]): boolean {
  return (
    devices.length === 0 &&
    error instanceof VideoconfError &&
    error.message.startsWith('NotAllowedError') &&
    !error.message.includes('system')
  );
}
