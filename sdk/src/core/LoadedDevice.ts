import { Device } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import type { Reply } from '@atrium/protocol/protoo';
import type { Connection } from './Connection.ts';

/** The longest that the server may take to answer, ms. */
const ANSWER_TIMEOUT = 10_000;

type Capabilities = Reply<'getRouterRtpCapabilities'>['rtpCapabilities'];

/** A device that knows the codecs of a server, which all its rooms have. */
export type LoadedDevice = {
  device: Device;
  /** The version of the server's capabilities, if that is known. */
  version: string | undefined;
};

/**
 * A device with the capabilities that a server states over HTTP, for which no
 * connection has to be open. Undefined where they cannot be had.
 *
 * @param url - That of the WebSocket.
 */
export async function fetchDevice(
  url: string,
): Promise<LoadedDevice | undefined> {
  try {
    const resource = new URL('rtp-capabilities', url.replace(/^ws/, 'http'));
    const response = await fetch(resource, {
      signal: AbortSignal.timeout(ANSWER_TIMEOUT),
    });
    if (!response.ok) {
      return undefined;
    }
    const { rtpCapabilities, version } =
      (await response.json()) as Required<LoadedDevice> & {
        rtpCapabilities: Capabilities;
      };
    return await loadDevice(rtpCapabilities, version);
  } catch {
    // They are asked for over the connection.
    return undefined;
  }
}

/** A device with the capabilities that a server states over its connection. */
export async function requestDevice(
  connection: Connection,
): Promise<LoadedDevice> {
  const { rtpCapabilities } = await connection.request(
    'getRouterRtpCapabilities',
  );
  return loadDevice(rtpCapabilities, undefined);
}

/** A device with given capabilities. */
export async function loadDevice(
  rtpCapabilities: Capabilities,
  version: string | undefined,
): Promise<LoadedDevice> {
  const device = await Device.factory();
  // mediasoup-client's types know fewer header extensions than the server.
  const routerRtpCapabilities = rtpCapabilities as types.RtpCapabilities;
  await device.load({ routerRtpCapabilities });
  return { device, version };
}
