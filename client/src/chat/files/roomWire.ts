import { loadChatCipher } from 'videoconf-sdk/core';
import type { RoomClient } from 'videoconf-sdk/core';
import type { Convert, FileWire } from './FileWire.ts';

/** The label of data channels that carry files. */
const LABEL = 'file';

/** The purpose of their keys, which no track and no message has. */
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
      if (channel.readyState !== 'open') {
        await new Promise<void>((resolve, reject) => {
          channel.once('open', resolve);
          channel.once('close', () => reject(lost()));
          channel.once('transportclose', () => reject(lost()));
        });
      }
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
      if (consumer.readyState !== 'open') {
        await new Promise<void>((resolve, reject) => {
          consumer.once('open', resolve);
          consumer.once('close', () => reject(lost()));
          consumer.once('transportclose', () => reject(lost()));
        });
      }
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

function lost(): Error {
  return new Error('The connection was lost.');
}
