import type { SendingEnd } from './Upload.ts';

/** Encrypts or decrypts a piece of a file; in a room without a key, neither. */
export type Convert = (bytes: ArrayBuffer) => Promise<ArrayBuffer>;

/** A data channel to send a file on, with the id that others consume it by. */
export type FileChannel = SendingEnd & { id: string };

/** The ways by which files, and messages about them, reach others. */
export interface FileWire {
  /** Sends a message of the page to a peer. */
  tell: (to: string, data: unknown) => Promise<void>;
  /** Opens a data channel, which the user sends on. */
  open: () => Promise<FileChannel>;
  /** Receives a data channel. Resolves once it is open, to what closes it. */
  receive: (
    channelId: string,
    onFrame: (frame: unknown) => void,
  ) => Promise<() => void>;
  /** The encryption of frames that the user sends. */
  encryption: () => Promise<Convert>;
  /** The decryption of frames that a peer sends. */
  decryption: (peerId: string) => Promise<Convert>;
}
