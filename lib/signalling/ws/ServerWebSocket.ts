import { WebSocket } from 'ws';

/** The event before ws closes a connection whose client broke the rules of WebSocket. */
export const VIOLATION = 'violation';

/**
 * A WebSocket that tells when ws itself is about to close it, while it can still
 * be written to. ws reports the error only after its close frame.
 */
export class ServerWebSocket extends WebSocket {
  /** Called with a code alone only by ws, after a frame against the rules. */
  override close(code?: number, reason?: string | Buffer): void {
    if (
      code !== undefined &&
      reason === undefined &&
      this.readyState === WebSocket.OPEN
    ) {
      this.emit(VIOLATION, code);
    }
    super.close(code, reason);
  }
}
