import { createHash, X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

import type { types } from 'mediasoup-client';
import {
  CipherContext,
  DtlsClient,
  HashAlgorithm,
  NamedCurveAlgorithm,
  ProtectionProfileAeadAes128Gcm,
  SignatureAlgorithm,
  SrtcpSession,
  SrtpSession,
  isDtls,
  isMedia,
  isRtcp,
  isStunMessage,
  keyLength,
  saltLength,
} from 'werift';

import type { TransportInfo } from '../Media.ts';
import { IceCheck } from './IceCheck.ts';

/** For the whole of the set-up, ms. */
const CONNECT_TIMEOUT = 15_000;

/** Asked of the kernel, which may give less, bytes. */
const RECEIVE_BUFFER = 4 * 2 ** 20;

const SRTP_PROFILE = ProtectionProfileAeadAes128Gcm;

/** The server's description of a transport. */
type RemoteEnd = Omit<TransportInfo, 'transportId'>;

/** The receiver of what comes over a link. */
interface Listeners {
  /** A packet as it came, encrypted but for its header. */
  rtp: (packet: Buffer) => void;
  /** A compound packet, decrypted. */
  rtcp: (packet: Buffer) => void;
}

/** One certificate is enough for all links of a process. */
let identity: ReturnType<typeof createIdentity> | undefined;

/**
 * The least that WebRTC media needs: one UDP socket with ICE, DTLS and SRTP on
 * it, without the session descriptions and the congestion control of a browser.
 */
export class SecureLink {
  readonly #socket: Socket;
  readonly #ice: IceCheck;
  readonly #dtls: DtlsClient;
  readonly #listeners: Listeners;
  #srtp: SrtpSession | undefined;
  #srtcp: SrtcpSession | undefined;
  #closed = false;

  private constructor(
    socket: Socket,
    remote: RemoteEnd,
    { cert, key, signatureHash }: Awaited<ReturnType<typeof createIdentity>>,
    listeners: Listeners,
  ) {
    this.#socket = socket;
    this.#listeners = listeners;
    this.#ice = new IceCheck(remote.iceParameters, (data) => this.#send(data));
    const transport = {
      type: 'udp',
      address: socket.address(),
      closed: false,
      // The DTLS client puts its own here.
      onData: (): void => undefined,
      send: (data: Buffer): Promise<void> => {
        this.#send(data);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    } as ConstructorParameters<typeof DtlsClient>[0]['transport'];
    this.#dtls = new DtlsClient({
      cert,
      key,
      signatureHash,
      transport,
      srtpProfiles: [SRTP_PROFILE],
      extendedMasterSecret: true,
    });
    socket.on('message', (data, { address, port }) => {
      if (isMedia(data)) {
        this.#receive(data);
      } else if (isDtls(data)) {
        transport.onData(data, [address, port]);
      } else if (isStunMessage(data)) {
        this.#ice.receive(data);
      }
    });
    // A port that is closed meanwhile is told of here; the server says why.
    socket.on('error', () => undefined);
  }

  /**
   * Connects to a transport of the server.
   *
   * @param announce - Tells the server our DTLS parameters.
   * @throws {Error} When the server offers no UDP, cannot be reached, or is not
   *   the one that its fingerprint says.
   */
  static async connect(
    remote: RemoteEnd,
    announce: (dtlsParameters: types.DtlsParameters) => Promise<void>,
    listeners: Listeners,
  ): Promise<SecureLink> {
    const candidate = remote.iceCandidates.find(
      ({ protocol }) => protocol === 'udp',
    );
    if (candidate === undefined) {
      throw new Error('the server offers no UDP, and the replay knows no TCP');
    }
    identity ??= createIdentity();
    const own = await identity;
    const { address, port } = candidate;
    const socket = createSocket({
      type: isIPv6(address) ? 'udp6' : 'udp4',
      recvBufferSize: RECEIVE_BUFFER,
    });
    socket.connect(port, address);
    await once(socket, 'connect');
    const link = new SecureLink(socket, remote, own, listeners);
    try {
      const parameters = { role: 'client', fingerprints: [own.fingerprint] };
      await link.#connect(remote, announce(parameters as types.DtlsParameters));
      return link;
    } catch (error) {
      link.close();
      throw error;
    }
  }

  /** Encrypts a packet and sends it. */
  sendRtp(...[payload, header]: Parameters<SrtpSession['encrypt']>): void {
    if (!this.#closed && this.#srtp !== undefined) {
      this.#send(this.#srtp.encrypt(payload, header));
    }
  }

  /** Tells whether a packet can be decrypted and is the one that was sent. */
  opens(packet: Buffer): boolean {
    try {
      return this.#srtp?.decrypt(packet) !== undefined;
    } catch {
      return false;
    }
  }

  close(): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#ice.close();
      this.#socket.close();
    }
  }

  async #connect(remote: RemoteEnd, announced: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>();
    const deadline = setTimeout(() => {
      late.reject(new Error(`no media connection in ${CONNECT_TIMEOUT} ms`));
    }, CONNECT_TIMEOUT);
    try {
      await Promise.race([
        Promise.all([announced, this.#ice.start()]),
        late.promise,
      ]);
      await Promise.race([this.#shakeHands(), late.promise]);
    } finally {
      clearTimeout(deadline);
    }
    this.#requireFingerprint(remote.dtlsParameters.fingerprints);
    const keys = this.#dtls.extractSessionKeys(
      keyLength(SRTP_PROFILE),
      saltLength(SRTP_PROFILE),
    );
    const config = {
      profile: SRTP_PROFILE,
      keys: {
        localMasterKey: keys.localKey,
        localMasterSalt: keys.localSalt,
        remoteMasterKey: keys.remoteKey,
        remoteMasterSalt: keys.remoteSalt,
      },
    };
    this.#srtp = new SrtpSession(config);
    this.#srtcp = new SrtcpSession(config);
  }

  #shakeHands(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#dtls.onConnect.once(() => resolve());
      this.#dtls.onError.once(reject);
      this.#dtls.connect().catch(reject);
    });
  }

  #requireFingerprint(expected: types.DtlsFingerprint[]): void {
    const certificate = this.#dtls.remoteCertificate ?? Buffer.alloc(0);
    const actual = createHash('sha256').update(certificate).digest('hex');
    const fits = expected.some(
      ({ algorithm, value }) =>
        algorithm === 'sha-256' &&
        value.replaceAll(':', '').toLowerCase() === actual,
    );
    if (!fits) {
      throw new Error('the certificate is not the one that the server named');
    }
  }

  #receive(packet: Buffer): void {
    if (!isRtcp(packet)) {
      this.#listeners.rtp(packet);
      return;
    }
    let report: Buffer | undefined;
    try {
      report = this.#srtcp?.decrypt(packet);
    } catch {
      // Reports come again.
    }
    if (report !== undefined) {
      this.#listeners.rtcp(report);
    }
  }

  #send(data: Buffer): void {
    if (!this.#closed) {
      this.#socket.send(data);
    }
  }
}

async function createIdentity() {
  const { certPem, keyPem, signatureHash } =
    await CipherContext.createSelfSignedCertificateWithKey(
      { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
      NamedCurveAlgorithm.secp256r1_23,
    );
  const { fingerprint256 } = new X509Certificate(certPem);
  return {
    cert: certPem,
    key: keyPem,
    signatureHash,
    fingerprint: { algorithm: 'sha-256', value: fingerprint256 } as const,
  };
}
