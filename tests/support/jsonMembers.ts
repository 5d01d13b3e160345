import type { Server } from '../../lib/Server.ts';
import { audioParameters, rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { JsonClient } from './JsonClient.ts';
import type { AnyReply } from '../../tools/fixtures/ProtooClient.ts';

/** Members of a new room, which the first of them created. */
export async function joinTogether<Name extends string>(
  server: Server,
  ...names: Name[]
): Promise<{ roomId: string } & Record<Name, JsonClient>> {
  let roomId = '';
  const joined: [string, JsonClient][] = [];
  for (const name of names) {
    const client = await JsonClient.as(server.url, name);
    if (roomId === '') {
      ({ roomId } = await client.request('createRoom', { name: 'Test' }));
    }
    await client.request('joinRoom', { roomId, displayName: name });
    joined.push([name, client]);
  }
  return { roomId, ...Object.fromEntries(joined) } as {
    roomId: string;
  } & Record<Name, JsonClient>;
}

/** Publishes audio over a new transport. @returns The id of the producer. */
export async function publishAudio(
  client: JsonClient,
  roomId: string,
  appData: unknown = {},
): Promise<string> {
  await client.request('createWebRtcTransport', { roomId, direction: 'send' });
  const { producerId } = await client.request('publish', {
    roomId,
    kind: 'audio',
    rtpParameters: audioParameters(),
    appData,
  });
  return producerId as string;
}

/** Subscribes to a producer over a new transport. */
export async function subscribe(
  client: JsonClient,
  roomId: string,
  producerId: string,
): Promise<AnyReply> {
  await client.request('createWebRtcTransport', { roomId, direction: 'recv' });
  return client.request('subscribe', { roomId, producerId, rtpCapabilities });
}
