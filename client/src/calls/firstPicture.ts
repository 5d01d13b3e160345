/** Waits until a video shows its first picture, or until the signal aborts. */
export function firstPicture(
  track: MediaStreamTrack,
  signal: AbortSignal,
): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  return new Promise((resolve) => {
    const finish = (): void => {
      video.srcObject = null;
      resolve();
    };
    video.onloadeddata = finish;
    track.onended = finish;
    signal.addEventListener('abort', finish, { once: true });
    video.play().catch(() => {
      // A hidden page may not play; then the signal ends the wait.
    });
  });
}
