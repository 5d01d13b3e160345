import {
  audioParameters,
  dtlsParameters,
  rtpCapabilities,
} from '../../fixtures/rtp.ts';
import { ProtooConnection } from '../../fixtures/ProtooConnection.ts';
import type { Method, ReplyFrame } from '@atrium/protocol/protoo';

const DTLS = JSON.stringify(dtlsParameters);
const CAPABILITIES = JSON.stringify(rtpCapabilities);
const NEW_PRODUCER = '"method":"newProducer"';

/** A peer that joins a room, sends audio, and receives all others. */
export class Participant {
  readonly #roomId: string;
  readonly #peerId: string;
  /** Called for each consumer that stands and runs. */
  readonly #onConsumer: () => void;
  readonly #consumerIds: string[] = [];
  #connection: ProtooConnection | undefined;
  /** The transport for what is received, once there is one. */
  readonly #receiving = Promise.withResolvers<void>();

  private constructor(roomId: string, peerId: string, onConsumer: () => void) {
    this.#roomId = roomId;
    this.#peerId = peerId;
    this.#onConsumer = onConsumer;
  }

  /** Connects without joining. */
  static async connect(
    url: string,
    roomId: string,
    peerId: string,
    onConsumer: () => void = () => undefined,
  ): Promise<Participant> {
    const participant = new Participant(roomId, peerId, onConsumer);
    const connection = await ProtooConnection.connect(url, roomId, peerId);
    connection.on('frame', (frame) => participant.#handle(frame));
    participant.#connection = connection;
    return participant;
  }

  get connection(): ProtooConnection {
    if (this.#connection === undefined) {
      throw new Error('not connected');
    }
    return this.#connection;
  }

  /** The consumers it has. */
  get consumerIds(): readonly string[] {
    return this.#consumerIds;
  }

  /** Enters the room. @returns The producers that are there. */
  async enter(): Promise<string[]> {
    const reply = await this.#request(
      'joinRoom',
      `{"roomId":"${this.#roomId}","peerId":"${this.#peerId}","rtpCapabilities":${CAPABILITIES}}`,
    );
    const { data } = JSON.parse(reply) as ReplyFrame<'joinRoom'>;
    return (data.peers ?? []).flatMap(({ producers }) =>
      producers.map(({ producerId }) => producerId),
    );
  }

  /**
   * Joins, opens both transports, sends audio and receives the others, those who
   * join later as they come.
   */
  async join(): Promise<void> {
    const producers = await this.enter();
    await Promise.all([this.#send(), this.#receive(producers)]);
  }

  /** Opens a transport. */
  async open(direction: 'send' | 'recv'): Promise<void> {
    const reply = await this.#request(
      'createWebRtcTransport',
      `{"direction":"${direction}"}`,
    );
    const transportId = idIn(reply, 'transportId');
    await this.#request(
      'connectWebRtcTransport',
      `{"transportId":"${transportId}","dtlsParameters":${DTLS}}`,
    );
  }

  async #send(): Promise<void> {
    await this.open('send');
    const rtpParameters = JSON.stringify(audioParameters());
    await this.#request(
      'produce',
      `{"kind":"audio","rtpParameters":${rtpParameters}}`,
    );
  }

  async #receive(producerIds: readonly string[]): Promise<void> {
    await this.open('recv');
    this.#receiving.resolve();
    await Promise.all(producerIds.map((id) => this.#consume(id)));
  }

  async #consume(producerId: string): Promise<void> {
    const reply = await this.#request(
      'consume',
      `{"producerId":"${producerId}"}`,
    );
    const consumerId = idIn(reply, 'consumerId');
    await this.#request('resume', `{"consumerId":"${consumerId}"}`);
    this.#consumerIds.push(consumerId);
    this.#onConsumer();
  }

  #handle(frame: string): void {
    if (frame.includes(NEW_PRODUCER)) {
      const producerId = idIn(frame, 'producerId');
      void this.#receiving.promise.then(() => this.#consume(producerId));
    }
  }

  /** Takes JSON and returns it unparsed, so that the server does the work. */
  #request(method: Method, data: string): Promise<string> {
    return this.connection.requestJson(method, data);
  }
}

/** The first id under a name in a frame. */
function idIn(frame: string, name: string): string {
  const start = frame.indexOf(`"${name}":"`) + name.length + 4;
  return frame.slice(start, frame.indexOf('"', start));
}
