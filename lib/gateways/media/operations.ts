import type { z } from 'zod';

import { callErrors } from '../../calls/errors.ts';
import { callIdOf } from '../../calls/liveRoomIds.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import { isSupported } from '../../media/codecs.ts';
import type { NamedCodec } from '../../media/codecs.ts';
import type { Peer } from '../../rooms/Peer.ts';
import type { TransportInfo } from '../../rooms/transportInfo.ts';
import type {
  consumerFields,
  producerFields,
  transportFields,
} from './shapes.ts';

type Fields<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodObject<Shape>>;

/** The parameters of a transport, as the contract has them. */
type TransportReply = Omit<TransportInfo, 'sctpParameters'> & {
  sctpParameters: null;
};

/** Most characters of an unknown id that its sender is shown. */
const MAX_SHOWN = 64;

/**
 * The call of a router.
 *
 * @throws {AppError} CALL_NOT_FOUND.
 */
export function callOf(routerId: string): string {
  const callId = callIdOf(routerId);
  if (callId === undefined) {
    throw new AppError(
      callErrors.CALL_NOT_FOUND,
      `there is no router ${JSON.stringify(routerId.slice(0, MAX_SHOWN))}`,
    );
  }
  return callId;
}

/**
 * Makes sure that every router here has the codecs.
 *
 * @throws {AppError} VALIDATION_ERROR, which names the first that is missing.
 */
export function requireCodecs(codecs: readonly NamedCodec[] = []): void {
  const missing = codecs.find((codec) => !isSupported(codec));
  if (missing !== undefined) {
    const { mimeType, clockRate, channels } = missing;
    const name = [mimeType, clockRate, channels ?? []].flat().join('/');
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `mediaCodecs: expected codecs that this server has, got ${name}`,
    );
  }
}

/**
 * Opens a transport for a participant.
 *
 * @throws {AppError} VALIDATION_ERROR, LIMIT_REACHED, PEER_CLOSED.
 */
export async function openTransport(
  peer: Peer,
  options: Fields<typeof transportFields>,
): Promise<TransportReply> {
  const { direction, enableUdp = true, enableTcp = true } = options;
  if (!enableUdp && !enableTcp) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      'enableTcp: expected true if enableUdp is false, got false',
    );
  }
  const transport = await peer.transports.create(direction, {
    forceTcp: !enableUdp,
    forceUdp: !enableTcp,
    preferTcp: options.preferTcp,
    initialOutgoingBitrate: options.initialAvailableOutgoingBitrate,
  });
  return { ...transport, sctpParameters: null };
}

/**
 * Creates a producer of a participant.
 *
 * @throws {AppError} VALIDATION_ERROR, and those of {@link Producers.open}.
 */
export async function produce(
  peer: Peer,
  transportId: string | undefined,
  { appData = {}, ...options }: Fields<typeof producerFields>,
): Promise<{ producerId: string }> {
  const { participantId = peer.id } = appData;
  if (participantId !== peer.id) {
    throw new AppError(
      coreErrors.VALIDATION_ERROR,
      `appData.participantId: expected ${JSON.stringify(peer.id)}, the participant of the transport, got another value`,
    );
  }
  const { producerId } = await peer.producers.open({
    ...options,
    transportId,
    appData,
  });
  return { producerId };
}

/**
 * Creates a consumer of a participant, which is paused as asked for.
 *
 * @throws {AppError} Those of {@link Consumers.open}.
 */
export async function consume(
  peer: Peer,
  transportId: string | undefined,
  options: Omit<Fields<typeof consumerFields>, 'appData'>,
) {
  const { producerId, rtpCapabilities, paused = false } = options;
  const { consumerId, kind, rtpParameters } = await peer.consumers.open({
    transportId,
    producerId,
    rtpCapabilities,
  });
  if (!paused) {
    await peer.consumers.resume(consumerId);
  }
  return { consumerId, kind, rtpParameters, paused };
}
