import { UserError } from './advice.ts';
import type { Call } from './Call.ts';
import type { CallSocket } from './CallSocket.ts';

/** The failures after which the server may take the user to be in the call. */
const UNTOLD = new Set(['UNREACHABLE', 'TIMEOUT']);

/** The call that the user has left last, until the server knows. */
export class LeftCall {
  #call: Call | undefined;
  #ringing = false;
  #told = false;

  /** Leaves a call; one that rings ends for all. */
  leave(call: Call, ringing: boolean, socket: CallSocket | undefined): void {
    this.#call = call;
    this.#ringing = ringing;
    this.#told = false;
    call.end('');
    void this.tell(socket);
  }

  /** Tells the server, if it has not been told yet. */
  async tell(socket: CallSocket | undefined): Promise<void> {
    const call = this.#call;
    if (!call || this.#told || !socket) {
      return;
    }
    let told = true;
    try {
      await call.leave(socket, this.#ringing);
    } catch (error) {
      told = !(error instanceof UserError && UNTOLD.has(error.code));
    }
    if (call === this.#call) {
      this.#told = told;
    }
  }

  is(callId: string): boolean {
    return this.#call?.id === callId;
  }

  /** Forgets the call, because the user is in one again. */
  forget(): void {
    this.#call = undefined;
  }
}
