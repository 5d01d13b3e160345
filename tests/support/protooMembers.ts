import type { RequestData } from '@atrium/protocol/protoo';
import type { z } from 'zod';

import type { notifications } from '../../lib/gateways/protoo/notifications.ts';
import type { Server } from '../../lib/Server.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';

type Told = z.output<(typeof notifications)['permissionsChanged']['data']>;

let rooms = 0;

/** Members of a new room, which joined in the order of their names. */
export async function joinTogether<Name extends string>(
  server: Server,
  ...names: Name[]
): Promise<{ room: string } & Record<Name, ProtooClient>> {
  rooms += 1;
  const room = `room-${rooms}`;
  const joined: [string, ProtooClient][] = [];
  for (const name of names) {
    const { client } = await ProtooClient.join(server.url, room, name, {
      displayName: name.toUpperCase(),
      rtpCapabilities,
    });
    joined.push([name, client]);
  }
  return { room, ...Object.fromEntries(joined) } as {
    room: string;
  } & Record<Name, ProtooClient>;
}

/** Joins over a new connection, which is closed if that fails. */
export async function joinRoom(
  server: Server,
  data: RequestData<'joinRoom'>,
  options?: Parameters<typeof ProtooClient.connect>[3],
) {
  const { roomId, peerId } = data;
  const client = await ProtooClient.connect(
    server.url,
    roomId,
    peerId,
    options,
  );
  try {
    const joined = await client.request('joinRoom', data);
    return Object.assign(client, { joined });
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Sends audio over a new transport. */
export async function sendAudio(
  client: ProtooClient,
  appData = {},
): Promise<{ transportId: string; producerId: string }> {
  const { transportId } = await client.request('createWebRtcTransport', {
    direction: 'send',
  });
  const { producerId } = await client.request('produce', {
    kind: 'audio',
    rtpParameters: audioParameters(),
    appData,
  });
  return { transportId, producerId };
}

/** Consumes a producer over a new transport. */
export async function receive(client: ProtooClient, producerId: string) {
  await client.request('createWebRtcTransport', { direction: 'recv' });
  return client.request('consume', { producerId });
}

/** The new role and permissions of a client. */
export async function permissionsOf(client: ProtooClient): Promise<Told> {
  return (await client.notified('permissionsChanged')) as Told;
}
