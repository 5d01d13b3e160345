import { loadChatCipher } from 'videoconf-sdk/core';
import type { RoomClient } from 'videoconf-sdk/core';
import type { Convert, FileWire } from './FileWire.ts';
import { text } from '../../texts/texts.ts';

/** A data channel of either direction that may not be open yet. */
interface DataChannel {
  readonly readyState: string;
  once: (
    event: 'open' | 'close' | 'transportclose',
    listener: () => void,
  ) => unknown;
}

/** The label of data channels that carry files. */
const LABEL = 'file';

/** The purpose of their keys, which sets them apart from those of tracks and messages. */
const PURPOSE = 'chat-file';

/** The queue of a data channel that counts as low, bytes. */
const LOW = 64 * 1_024;

/** The ways of files through a room, encrypted where it has a key. */
export function roomWire(
  client: RoomClient,
  peerId: string,
  roomKey: string | undefined,
  tell: FileWire['tell'],
): FileWire {
  return {
    tell,
    open: async () => {
      const channel = await client.sendData(LABEL);
      channel.bufferedAmountLowThreshold = LOW;
      await opened(channel);
      return {
        id: channel.id,
        get bufferedAmount() {
          return channel.bufferedAmount;
        },
        send: (bytes) => channel.send(bytes),
        on: (event, listener) => channel.on(event, listener),
        close: () => {
          channel.close();
          client
            .request('closeDataProducer', { dataProducerId: channel.id })
            .catch(() => {
              // It closed with the session.
            });
        },
      };
    },
    receive: async (channelId, onFrame) => {
      const consumer = await client.receiveData(channelId);
      consumer.binaryType = 'arraybuffer';
      consumer.on('message', onFrame);
      await opened(consumer);
      return () => {
        consumer.close();
        client
          .request('closeDataConsumer', { dataConsumerId: consumer.id })
          .catch(() => {
            // It closed with its producer.
          });
      };
    },
    encryption: async () => {
      if (roomKey === undefined) {
        return unchanged;
      }
      const { bytesEncryptorFor } = await loadChatCipher();
      const encrypt = await bytesEncryptorFor(roomKey, peerId, PURPOSE);
      return async (bytes) => whole(await encrypt(new Uint8Array(bytes)));
    },
    decryption: async (from) => {
      if (roomKey === undefined) {
        return unchanged;
      }
      const { bytesDecryptorFor } = await loadChatCipher();
      const decrypt = await bytesDecryptorFor(roomKey, from, PURPOSE);
      return async (frame) => whole(await decrypt(frame));
    },
  };
}

const unchanged: Convert = (bytes) => Promise.resolve(bytes);

/** The bytes in a buffer of their own. */
function whole(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.buffer.slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.byteLength,
  );
}

/** Resolves once a data channel is open; rejects if it closes before. */
async function opened(channel: DataChannel): Promise<void> {
  if (channel.readyState !== 'open') {
    await new Promise<void>((resolve, reject) => {
      const lose = (): void => reject(new Error(text('files.lost')));
      channel.once('open', resolve);
      channel.once('close', lose);
      channel.once('transportclose', lose);
    });
  }
}
