/** The qualities of a shared screen, for networks that do not carry both. */
export const SCREEN_QUALITIES = ['sharp', 'smooth'] as const;

/** `sharp` for text and slides, `smooth` for moving pictures. */
export type ScreenQuality = (typeof SCREEN_QUALITIES)[number];

/** Pictures a second. */
const FRAME_RATES = { sharp: 5, smooth: 30 };

const HINTS = { sharp: 'detail', smooth: 'motion' };

/** The options to record the screen with. */
export function screenConstraints(
  quality: ScreenQuality,
): MediaTrackConstraints {
  return {
    width: { max: 1920 },
    height: { max: 1080 },
    frameRate: { ideal: FRAME_RATES[quality], max: FRAME_RATES[quality] },
  };
}

/** Tells the browser which quality of a screen to keep on a thin network. */
export function hintAt(track: MediaStreamTrack, quality: ScreenQuality): void {
  track.contentHint = HINTS[quality];
}
