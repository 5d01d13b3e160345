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

const VIDEO = { width: 480, height: 270 };
const FRAME_MS = 66;

/** A video track of brightness that comes and goes, until it is stopped. */
export function createPicture(): { track: Track; stop: () => void } {
  const source = new wrtc.nonstandard.RTCVideoSource();
  const track = source.createTrack();
  const luma = VIDEO.width * VIDEO.height;
  let brightness = 0;
  const timer = setInterval(() => {
    const data = new Uint8Array(luma * 1.5).fill(128, luma);
    data.fill(brightness, 0, luma / 2);
    brightness = (brightness + 8) % 256;
    source.onFrame({ ...VIDEO, data });
  }, FRAME_MS);
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
