/** The place that a client joins, and as whom. */
export type Address = {
  /** The WebSocket of the server, with a slash at the end: `wss://host/`. */
  url: string;
  roomId: string;
  peerId: string;
  /** For servers that require one. */
  token?: string | undefined;
};

/** The URL of the WebSocket that leads there. */
export function socketUrl({ url, roomId, peerId, token }: Address): string {
  const query = new URLSearchParams({ roomId, peerId });
  if (token !== undefined) {
    query.set('token', token);
  }
  return `${url}?${query}`;
}
