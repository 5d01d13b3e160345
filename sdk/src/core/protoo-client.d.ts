/** The part of protoo-client 4 that this page uses; it ships no types. */
declare module 'protoo-client' {
  export type Message = Record<string, unknown>;

  /** The transport that a Peer needs. */
  export interface Transport {
    readonly closed: boolean;
    on(event: 'open' | 'disconnected' | 'close', listener: () => void): void;
    on(event: 'message', listener: (message: Message) => void): void;
    send(message: Message): Promise<void>;
    close(): void;
  }

  export type ServerRequest = { method: string; data: unknown };
  export type ServerNotification = { method: string; data: unknown };

  export class Peer {
    constructor(transport: Transport);
    readonly closed: boolean;
    readonly connected: boolean;
    on(event: 'open' | 'disconnected' | 'close', listener: () => void): this;
    on(
      event: 'notification',
      listener: (notification: ServerNotification) => void,
    ): this;
    on(
      event: 'request',
      listener: (
        request: ServerRequest,
        accept: (data?: object) => void,
        reject: (code: number, reason: string) => void,
      ) => void,
    ): this;
    /** Rejects with an Error whose `code` is the server's, if it answered. */
    request(method: string, data?: object): Promise<unknown>;
    close(): void;
  }
}
