import { randomInt } from 'node:crypto';

import type { types } from 'mediasoup-client';
import { RtpHeader } from 'werift';

import { clipOf } from './Clip.ts';
import type { Clip } from './Clip.ts';
import type { SecureLink } from './SecureLink.ts';

/** The interval at which due packets are looked for, ms. */
const TICK = 10;

const CODECS = {
  audio: {
    mimeType: 'audio/opus',
    payloadType: 111,
    clockRate: 48_000,
    channels: 2,
    parameters: { useinbandfec: 1, minptime: 10 },
    rtcpFeedback: [],
  },
  video: {
    mimeType: 'video/VP8',
    payloadType: 96,
    clockRate: 90_000,
    parameters: {},
    rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
  },
} as const;

/** All that send in this process. */
const running = new Set<ReplaySender>();
let ticker: NodeJS.Timeout | undefined;

/** Sends a clip over a link, again and again. */
export class ReplaySender {
  readonly rtpParameters: types.RtpParameters;
  readonly #link: Pick<SecureLink, 'sendRtp'>;
  readonly #clip: Clip;
  readonly #header: RtpHeader;
  /** When the clip began this time, ms. */
  #begun: number;
  /** The RTP timestamp at which it did. */
  #base = randomInt(2 ** 32);
  #next = 0;
  packets = 0;
  bytes = 0;

  constructor(
    link: Pick<SecureLink, 'sendRtp'>,
    kind: types.MediaKind,
    clip: Clip = clipOf(kind),
  ) {
    const codec = CODECS[kind];
    const ssrc = randomInt(1, 2 ** 32);
    this.#link = link;
    this.#clip = clip;
    this.#header = new RtpHeader({
      ssrc,
      payloadType: codec.payloadType,
      sequenceNumber: randomInt(2 ** 15),
    });
    this.#begun = performance.now();
    this.rtpParameters = {
      codecs: [codec] as unknown as types.RtpCodecParameters[],
      headerExtensions: [],
      encodings: [{ ssrc }],
      rtcp: { cname: `replay-${ssrc}`, reducedSize: true },
    };
  }

  /** Begins to send from the start of the clip, at a moment of its own. */
  start(): void {
    this.restart();
    this.#begun += Math.random() * TICK * 4;
    running.add(this);
    ticker ??= setInterval(tick, TICK);
  }

  /** Goes back to the key frame at the start of the clip. */
  restart(): void {
    this.#begin(performance.now() - this.#begun);
  }

  stop(): void {
    running.delete(this);
    if (running.size === 0) {
      clearInterval(ticker);
      ticker = undefined;
    }
  }

  /** Sends what is due. */
  send(now: number): void {
    const { shots, duration } = this.#clip;
    for (;;) {
      if (this.#next === shots.length) {
        this.#begin(duration);
      }
      const shot = shots[this.#next];
      if (shot === undefined || this.#begun + shot.at > now) {
        return;
      }
      const header = this.#header;
      header.marker = shot.marker;
      header.timestamp = (this.#base + shot.timestamp) >>> 0;
      this.#link.sendRtp(shot.payload, header);
      header.sequenceNumber = (header.sequenceNumber + 1) & 0xff_ff;
      this.#next += 1;
      this.packets += 1;
      this.bytes += shot.payload.length;
    }
  }

  /** Restarts the clip, so long after it began last, ms. */
  #begin(after: number): void {
    this.#begun += after;
    this.#base = (this.#base + Math.round(after * this.#clip.ticks)) >>> 0;
    this.#next = 0;
  }
}

function tick(): void {
  const now = performance.now();
  for (const sender of running) {
    sender.send(now);
  }
}
