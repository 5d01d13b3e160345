// Plays streams, and tells of which of them moving pictures and sound arrive.

/** A voice is louder than this; silence has no amplitude at all. */
const AUDIBLE = 0.02;

/** Plays streams by their names, and remembers what has arrived of each. */
export function watchStreams() {
  const context = new AudioContext();
  const watched = new Map();

  const hide = (id) => {
    watched.get(id)?.video.remove();
    watched.delete(id);
  };

  const show = (id, stream) => {
    hide(id);
    const video = document.createElement('video');
    Object.assign(video, { srcObject: stream, autoplay: true });
    document.body.append(video);
    const it = { video, stream, frames: 0, heard: false };
    watched.set(id, it);
    const onFrame = () => {
      it.frames += 1;
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  };

  const listen = () => {
    for (const it of watched.values()) {
      const [track] = it.stream.getAudioTracks();
      if (track && it.track !== track) {
        it.track = track;
        it.analyser = context.createAnalyser();
        context
          .createMediaStreamSource(new MediaStream([track]))
          .connect(it.analyser);
      }
      if (it.analyser) {
        const samples = new Float32Array(it.analyser.fftSize);
        it.analyser.getFloatTimeDomainData(samples);
        it.heard ||= samples.some((sample) => Math.abs(sample) > AUDIBLE);
      }
    }
  };
  setInterval(listen, 50);

  /** Forgets what has arrived until now. */
  const forget = () => {
    for (const it of watched.values()) {
      Object.assign(it, { frames: 0, heard: false });
    }
  };

  /** The names of streams of which both pictures and sound have arrived. */
  const arrived = () =>
    [...watched]
      .filter(([, it]) => it.frames > 5 && it.heard)
      .map(([id]) => id);

  return { show, hide, forget, arrived, watched };
}
