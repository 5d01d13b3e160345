import type { ReactElement } from 'react';

/** The lines of each icon, in a square of 24 units. */
const LINES = {
  microphone:
    'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  microphoneOff:
    'M9 9.5V11a3 3 0 0 0 4.6 2.5M15 10.5V6a3 3 0 0 0-5.7-1.3M5.5 11.5a6.5 6.5 0 0 0 10.3 5.3M18.5 11.5a6.4 6.4 0 0 1-.6 2.7M12 18v3M4 4l16 16',
  camera:
    'M5.5 6.5H13a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5H5.5A2.5 2.5 0 0 1 3 15V9a2.5 2.5 0 0 1 2.5-2.5zM15.5 11l5.5-3v8l-5.5-3z',
  cameraOff:
    'M10 6.5h3a2.5 2.5 0 0 1 2.5 2.5v2l5.5-3v8l-2.5-1.400M15.200 15.600a2.5 2.5 0 0 1-2.200 1.900H5.5A2.5 2.5 0 0 1 3 15V9a2.5 2.5 0 0 1 2.5-2.5h.6M4 4l16 16',
  screen:
    'M5.5 4.5h13A2.5 2.5 0 0 1 21 7v7a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 14V7a2.5 2.5 0 0 1 2.5-2.5zM12 13.5v-6m-2.5 2.5L12 7.5l2.5 2.5M8.5 20h7',
  chat: 'M5.5 4.5h13a2 2 0 0 1 2 2V15a2 2 0 0 1-2 2H11l-4.5 3.5V17h-1a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2zM8 9h8M8 12.5h5',
  leave:
    'M13 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h6M10.5 12H21m-3.5-3.5L21 12l-3.5 3.5',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof LINES;

/** An icon beside a text or a label that says the same. */
export function Icon({ name }: { name: IconName }): ReactElement {
  return (
    <svg className="vc-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={LINES[name]} />
    </svg>
  );
}
