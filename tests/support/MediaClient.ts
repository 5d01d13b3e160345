import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';

import type { Reply } from '@atrium/protocol/protoo';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
// Defines the globals that Device looks for.
import '../../tools/fixtures/webrtc.ts';

type Track = NonNullable<types.ProducerOptions['track']>;

/** Replaces the server's ICE candidates by others that lead to it. */
type Through = (candidates: types.IceCandidate[]) => types.IceCandidate[];

/** A member of a room with real media: ICE, DTLS and SRTP as in a browser. */
export class MediaClient {
  readonly signalling: ProtooClient;
  readonly #device: Device;
  readonly #through: Through;
  readonly #transports: types.Transport[] = [];
  #sending: types.Transport | undefined;
  #receiving: types.Transport | undefined;

  private constructor(
    signalling: ProtooClient,
    device: Device,
    through: Through,
  ) {
    this.signalling = signalling;
    this.#device = device;
    this.#through = through;
  }

  /** @param through - Replaces the server's ICE candidates. */
  static async join(
    url: string,
    roomId: string,
    peerId: string,
    through: Through = (candidates) => candidates,
  ): Promise<MediaClient> {
    const signalling = await ProtooClient.connect(url, roomId, peerId);
    const device = new Device({ handlerName: 'Chrome111' });
    const { rtpCapabilities } = await signalling.request(
      'getRouterRtpCapabilities',
    );
    await device.load({
      // mediasoup-client's types know fewer header extensions than the server.
      routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities,
    });
    await signalling.request('joinRoom', {
      roomId,
      peerId,
      rtpCapabilities: device.recvRtpCapabilities,
    });
    return new MediaClient(signalling, device, through);
  }

  /** The transport for sending, once something has been sent. */
  get sendTransportId(): string {
    if (this.#sending === undefined) {
      throw new Error('nothing was sent yet');
    }
    return this.#sending.id;
  }

  /** Sends a track and returns the id of its producer. */
  async send(
    track: Track,
    options: Omit<types.ProducerOptions, 'track'> = {},
  ): Promise<string> {
    this.#sending ??= await this.#transport('send');
    const { id } = await this.#sending.produce({
      ...options,
      track,
      stopTracks: false,
    });
    return id;
  }

  /** Consumes a producer and resumes it; returns the reply and the track. */
  async receive(
    producerId: string,
  ): Promise<Reply<'consume'> & { track: types.Consumer['track'] }> {
    this.#receiving ??= await this.#transport('recv');
    const reply = await this.signalling.request('consume', {
      transportId: this.#receiving.id,
      producerId,
    });
    const { consumerId: id, kind, rtpParameters } = reply;
    const { track } = await this.#receiving.consume({
      id,
      producerId,
      kind,
      rtpParameters: rtpParameters as types.RtpParameters,
    });
    await this.signalling.request('resume', { consumerId: id });
    return { ...reply, track };
  }

  /** Sends over a data channel once it is open. */
  async sendData(
    options: types.DataProducerOptions = {},
  ): Promise<types.DataProducer> {
    this.#sending ??= await this.#transport('send');
    const producer = await this.#sending.produceData(options);
    await opened(producer);
    return producer;
  }

  /** Receives a data producer, once the data channel is open. */
  async receiveData(dataProducerId: string): Promise<types.DataConsumer> {
    this.#receiving ??= await this.#transport('recv');
    const { dataConsumerId: id, ...reply } = await this.signalling.request(
      'consumeData',
      { transportId: this.#receiving.id, dataProducerId },
    );
    const consumer = await this.#receiving.consumeData({ ...reply, id });
    await opened(consumer);
    return consumer;
  }

  /** Leaves and closes all media. */
  async close(): Promise<void> {
    for (const transport of this.#transports) {
      transport.close();
    }
    await this.signalling.close();
  }

  async #transport(direction: 'send' | 'recv'): Promise<types.Transport> {
    const { transportId, ...parameters } = await this.signalling.request(
      'createWebRtcTransport',
      { direction, enableSctp: true },
    );
    const options = {
      id: transportId,
      ...parameters,
      iceCandidates: this.#through(parameters.iceCandidates),
    };
    const transport =
      direction === 'send'
        ? this.#device.createSendTransport(options)
        : this.#device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      this.signalling
        .request('connectWebRtcTransport', { transportId, dtlsParameters })
        .then(done, failed);
    });
    transport.on('produce', (options, done, failed) => {
      const { kind, rtpParameters, appData } = options;
      this.signalling
        .request('produce', { transportId, kind, rtpParameters, appData })
        .then(({ producerId }) => done({ id: producerId }), failed);
    });
    transport.on('producedata', (options, done, failed) => {
      const { sctpStreamParameters, label, protocol, appData } = options;
      this.signalling
        .request('produceData', {
          transportId,
          sctpStreamParameters,
          label,
          protocol,
          appData,
        })
        .then(({ dataProducerId }) => done({ id: dataProducerId }), failed);
    });
    this.#transports.push(transport);
    return transport;
  }
}

/** One end of a data channel. */
interface DataEnd {
  readonly readyState: string;
  on(event: 'open', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

async function opened(end: DataEnd): Promise<void> {
  if (end.readyState !== 'open') {
    await new Promise<void>((resolve, reject) => {
      end.on('open', resolve);
      end.on('error', reject);
    });
  }
}
