import type { types } from 'mediasoup-client';

import { NO_TRAFFIC } from '../Media.ts';
import type { Incoming, Media, Signals, Traffic } from '../Media.ts';
import { clipOf } from './Clip.ts';
import type { Clip } from './Clip.ts';
import { Reception } from './Reception.ts';
import { ReplaySender } from './ReplaySender.ts';
import { SecureLink } from './SecureLink.ts';

/** One packet in so many of a stream is decrypted, to see that it can be. */
const SAMPLE = 50;
/**
 * So are all of them near the point where sequence numbers start over, because
 * the keys follow how often they did.
 */
const EDGE = 200;
const LAST_SEQUENCE = 0xff_ff;

/**
 * The capabilities of a viewer: everything that is sent here, without
 * retransmission.
 */
const rtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48_000,
      channels: 2,
      parameters: {},
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [],
} as unknown as types.RtpCapabilities;

/** RTCP packets that ask for a key frame: of type 206, in these formats. */
const PAYLOAD_FEEDBACK = 206;
const PICTURE_LOST = 1;
const FULL_INTRA_REQUEST = 4;

/** A link with the id that the server has for it. */
interface Opened {
  transportId: string;
  link: SecureLink;
}

/**
 * Media without an encoder: what is sent is a recording, and of what comes only
 * samples are decrypted, and nothing decoded. So one process carries hundreds
 * of peers.
 */
export class ReplayMedia implements Media {
  readonly rtpCapabilities = rtpCapabilities;
  readonly #signals: Signals;
  readonly #clip: (kind: types.MediaKind) => Clip;
  #sending: Promise<Opened> | undefined;
  #receiving: Promise<Opened> | undefined;
  readonly #senders: { kind: types.MediaKind; sender: ReplaySender }[] = [];
  readonly #receptions = new Map<number, Reception>();
  readonly #links = new Set<SecureLink>();
  readonly #firstPacket = Promise.withResolvers<void>();
  #receiver: SecureLink | undefined;
  #closed = false;

  /** @param clip - What is sent of each kind. */
  constructor(
    signals: Signals,
    clip: (kind: types.MediaKind) => Clip = clipOf,
  ) {
    this.#signals = signals;
    this.#clip = clip;
  }

  get firstPacket(): Promise<void> {
    return this.#firstPacket.promise;
  }

  async send(kind: types.MediaKind): Promise<void> {
    this.#sending ??= this.#open('send');
    const { transportId, link } = await this.#sending;
    const sender = new ReplaySender(link, kind, this.#clip(kind));
    await this.#signals.produce(transportId, kind, sender.rtpParameters);
    if (!this.#closed) {
      this.#senders.push({ kind, sender });
      sender.start();
    }
  }

  async openReceiving(): Promise<string> {
    this.#receiving ??= this.#open('recv');
    const { transportId, link } = await this.#receiving;
    this.#receiver = link;
    return transportId;
  }

  receive({ rtpParameters }: Incoming): Promise<void> {
    for (const { ssrc } of rtpParameters.encodings ?? []) {
      if (ssrc !== undefined) {
        this.#receptions.set(ssrc, new Reception());
      }
    }
    return Promise.resolve();
  }

  traffic(): Promise<Traffic> {
    const traffic = { ...NO_TRAFFIC };
    for (const { sender } of this.#senders) {
      traffic.sentPackets += sender.packets;
      traffic.sentBytes += sender.bytes;
    }
    for (const { packets, bytes, lost } of this.#receptions.values()) {
      traffic.receivedPackets += packets;
      traffic.receivedBytes += bytes;
      traffic.lostPackets += lost;
    }
    return Promise.resolve(traffic);
  }

  /** Goes on sending. */
  play(): void {
    for (const { sender } of this.#senders) {
      sender.start();
    }
  }

  /** Sends nothing for now. */
  pause(): void {
    for (const { sender } of this.#senders) {
      sender.stop();
    }
  }

  close(): void {
    this.#closed = true;
    this.pause();
    for (const link of this.#links) {
      link.close();
    }
  }

  async #open(direction: 'send' | 'recv'): Promise<Opened> {
    const info = await this.#signals.open(direction);
    const { transportId } = info;
    const link = await SecureLink.connect(
      info,
      (dtlsParameters) => this.#signals.connect(transportId, dtlsParameters),
      {
        rtp: (packet) => this.#count(packet),
        rtcp: (packet) => this.#obey(packet),
      },
    );
    this.#links.add(link);
    if (this.#closed) {
      link.close();
    }
    return { transportId, link };
  }

  #count(packet: Buffer): void {
    const reception = this.#receptions.get(packet.readUInt32BE(8));
    if (reception === undefined) {
      return;
    }
    const sequence = packet.readUInt16BE(2);
    const isSample =
      reception.packets % SAMPLE === 0 ||
      sequence < EDGE ||
      sequence > LAST_SEQUENCE - EDGE;
    // What cannot be decrypted counts as lost.
    if (!isSample || this.#receiver?.opens(packet)) {
      reception.add(sequence, packet.length);
      this.#firstPacket.resolve();
    }
  }

  /** Looks for requests of key frames in a compound packet. */
  #obey(compound: Buffer): void {
    let offset = 0;
    while (offset + 4 <= compound.length) {
      const format = compound.readUInt8(offset) & 0x1f;
      const type = compound.readUInt8(offset + 1);
      if (
        type === PAYLOAD_FEEDBACK &&
        (format === PICTURE_LOST || format === FULL_INTRA_REQUEST)
      ) {
        for (const { kind, sender } of this.#senders) {
          if (kind === 'video') {
            sender.restart();
          }
        }
      }
      offset += (compound.readUInt16BE(offset + 2) + 1) * 4;
    }
  }
}
