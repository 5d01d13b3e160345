/** The part of protoo-client, which has no types, that is used here. */
declare module 'protoo-client' {
  export class WebSocketTransport {
    constructor(
      url: string,
      options: {
        retry: { retries: number };
        clientConfig: { tlsOptions: { rejectUnauthorized: boolean } };
      },
    );
    close(): void;
  }

  export class Peer {
    constructor(transport: WebSocketTransport);
    on(event: 'open' | 'failed' | 'close', listener: () => void): void;
    on(
      event: 'notification',
      listener: (notification: { method: string; data: unknown }) => void,
    ): void;
    on(
      event: 'request',
      listener: (
        request: { method: string; data: unknown },
        accept: () => void,
      ) => void,
    ): void;
    request(method: string, data?: object): Promise<unknown>;
    close(): void;
  }
}
