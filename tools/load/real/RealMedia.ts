import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';

import { createPicture, createTone } from '../../fixtures/webrtc.ts';
import type { Incoming, Media, Signals, Traffic } from '../Media.ts';
import { NO_TRAFFIC, addTraffic } from '../Media.ts';
import { street } from './syntheticVideo.ts';

/** The interval at which arrivals are looked for, ms. */
const LOOK_INTERVAL = 50;

const MAX_BITRATES = { audio: 32_000, video: 1_000_000 };

/** The fields of interest of a WebRTC statistic. */
interface Statistic {
  id: string;
  type: string;
  packetsSent?: number;
  bytesSent?: number;
  packetsReceived?: number;
  bytesReceived?: number;
  packetsLost?: number;
}

/**
 * Media as a browser has it: libwebrtc encodes a film and a tone, and decodes
 * what comes, with jitter buffer and congestion control.
 */
export class RealMedia implements Media {
  readonly #signals: Signals;
  readonly #device: Device;
  readonly #transports = new Set<types.Transport>();
  #sending: Promise<types.Transport> | undefined;
  #receiving: Promise<types.Transport> | undefined;
  readonly #sources: { stop: () => void }[] = [];
  /** By the ids of the statistics; what has ended keeps its last. */
  readonly #counted = new Map<string, Traffic>();
  readonly #firstPacket = Promise.withResolvers<void>();
  #looking: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(signals: Signals, device: Device) {
    this.#signals = signals;
    this.#device = device;
  }

  static async create(
    signals: Signals,
    routerRtpCapabilities: types.RtpCapabilities,
  ): Promise<RealMedia> {
    const device = new Device({ handlerName: 'Chrome111' });
    await device.load({ routerRtpCapabilities });
    return new RealMedia(signals, device);
  }

  get rtpCapabilities(): types.RtpCapabilities {
    return this.#device.recvRtpCapabilities;
  }

  get firstPacket(): Promise<void> {
    return this.#firstPacket.promise;
  }

  async send(kind: types.MediaKind): Promise<void> {
    this.#sending ??= this.#open('send');
    const transport = await this.#sending;
    const source = kind === 'audio' ? createTone() : createPicture(street);
    this.#sources.push(source);
    if (this.#closed) {
      source.stop();
    }
    await transport.produce({
      track: source.track,
      encodings: [{ maxBitrate: MAX_BITRATES[kind] }],
      stopTracks: false,
    });
  }

  async openReceiving(): Promise<string> {
    this.#receiving ??= this.#open('recv');
    const { id } = await this.#receiving;
    return id;
  }

  async receive(incoming: Incoming): Promise<void> {
    const { consumerId: id, producerId, kind, rtpParameters } = incoming;
    const transport = await this.#receiving;
    await transport?.consume({
      id,
      producerId,
      kind,
      // mediasoup-client's types know fewer header extensions than the server.
      rtpParameters: rtpParameters as types.RtpParameters,
    });
    if (!this.#closed) {
      this.#looking ??= setInterval(() => void this.#look(), LOOK_INTERVAL);
    }
  }

  async traffic(): Promise<Traffic> {
    for (const transport of this.#transports) {
      if (!transport.closed) {
        const stats = await transport.getStats();
        for (const statistic of stats.values() as Iterable<Statistic>) {
          this.#count(statistic);
        }
      }
    }
    return addTraffic(Array.from(this.#counted.values()));
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#looking);
    for (const source of this.#sources) {
      source.stop();
    }
    for (const transport of this.#transports) {
      transport.close();
    }
  }

  async #open(direction: 'send' | 'recv'): Promise<types.Transport> {
    const { transportId, ...info } = await this.#signals.open(direction);
    const options = { ...info, id: transportId };
    const transport =
      direction === 'send'
        ? this.#device.createSendTransport(options)
        : this.#device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.#signals.connect(transportId, dtlsParameters).then(done, failed);
    });
    transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
      this.#signals
        .produce(transportId, kind, rtpParameters)
        .then((id) => done({ id }), failed);
    });
    this.#transports.add(transport);
    if (this.#closed) {
      transport.close();
    }
    return transport;
  }

  #count(statistic: Statistic): void {
    const { id, type } = statistic;
    if (type === 'outbound-rtp') {
      this.#counted.set(id, {
        ...NO_TRAFFIC,
        sentPackets: statistic.packetsSent ?? 0,
        sentBytes: statistic.bytesSent ?? 0,
      });
    } else if (type === 'inbound-rtp') {
      this.#counted.set(id, {
        ...NO_TRAFFIC,
        receivedPackets: statistic.packetsReceived ?? 0,
        receivedBytes: statistic.bytesReceived ?? 0,
        lostPackets: Math.max(0, statistic.packetsLost ?? 0),
      });
    }
  }

  async #look(): Promise<void> {
    const { receivedPackets } = await this.traffic();
    if (receivedPackets > 0) {
      clearInterval(this.#looking);
      this.#firstPacket.resolve();
    }
  }
}
