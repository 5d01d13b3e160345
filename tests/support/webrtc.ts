/**
 * WebRTC in Node, for clients without a browser: real ICE, DTLS and SRTP.
 */
import wrtc from '@roamhq/wrtc';

// mediasoup-client looks for these where a browser has them.
Object.assign(globalThis, {
  MediaStream: wrtc.MediaStream,
  RTCPeerConnection: wrtc.RTCPeerConnection,
  RTCRtpReceiver: wrtc.RTCRtpReceiver,
  RTCSessionDescription: wrtc.RTCSessionDescription,
});

// The library crashes when Node tears down a process in which tracks were made
// (node-webrtc issue 636). Exiting from here skips the tearing down, at a moment
// when the process has ended by itself anyway.
process.on('exit', () => process.exit());

const SAMPLE_RATE_HZ = 48_000;
const TONE_HZ = 440;
const CHUNK_MS = 10;

type Track = ReturnType<wrtc.nonstandard.RTCAudioSource['createTrack']>;

/** A track that carries a tone until it is stopped. */
export function createTone(): { track: Track; stop: () => void } {
  const source = new wrtc.nonstandard.RTCAudioSource();
  const track = source.createTrack();
  let position = 0;
  const timer = setInterval(() => {
    const samples = new Int16Array((SAMPLE_RATE_HZ * CHUNK_MS) / 1000);
    for (const index of samples.keys()) {
      const angle = (2 * Math.PI * TONE_HZ * position) / SAMPLE_RATE_HZ;
      samples[index] = Math.round(10_000 * Math.sin(angle));
      position += 1;
    }
    source.onData({ samples, sampleRate: SAMPLE_RATE_HZ });
  }, CHUNK_MS);
  return {
    track,
    stop: () => {
      clearInterval(timer);
      track.stop();
    },
  };
}

/** What a camera films. */
export interface Film {
  /** Between two frames, ms. */
  readonly interval: number;
  /** A frame in I420. */
  frame(index: number): { width: number; height: number; data: Uint8Array };
}

/** Brightness that comes and goes. */
const fading: Film = {
  interval: 66,
  frame(index) {
    const [width, height] = [480, 270];
    const luma = width * height;
    const data = new Uint8Array(luma * 1.5).fill(128, luma);
    data.fill((index * 8) % 256, 0, luma / 2);
    return { width, height, data };
  },
};

/** A video track that shows a film until it is stopped. */
export function createPicture(film: Film = fading): {
  track: Track;
  stop: () => void;
} {
  const source = new wrtc.nonstandard.RTCVideoSource();
  const track = source.createTrack();
  let index = 0;
  const timer = setInterval(() => {
    source.onFrame(film.frame(index));
    index += 1;
  }, film.interval);
  return {
    track,
    stop: () => {
      clearInterval(timer);
      track.stop();
    },
  };
}

/** Resolves when something loud was heard on the track. */
export async function heard(track: Track): Promise<void> {
  const sink = new wrtc.nonstandard.RTCAudioSink(track);
  await new Promise<void>((resolve) => {
    sink.ondata = ({ samples }: { samples: Int16Array }) => {
      if (samples.some((sample) => Math.abs(sample) > 1_000)) {
        resolve();
      }
    };
  });
  sink.stop();
}

/** Resolves when so many frames of the track were decoded. */
export async function seen(track: Track, frames: number): Promise<void> {
  const sink = new wrtc.nonstandard.RTCVideoSink(track);
  await new Promise<void>((resolve) => {
    let left = frames;
    sink.onframe = () => {
      left -= 1;
      if (left === 0) {
        resolve();
      }
    };
  });
  sink.stop();
}
