import type { Address } from './address.ts';
import { askAdmission } from './askAdmission.ts';
import { refusalFor } from './Refusal.ts';
import type { Refusal } from './Refusal.ts';

/** A server that would let the user in, if only the WebSocket reached it. */
const CUT_OFF: Refusal = {
  code: 'WEBSOCKETS_BLOCKED',
  final: false,
  message: 'The server answers over HTTP, but not over WebSocket.',
};

/**
 * Asks why the server refuses the user's WebSocket. Browsers tell
 * nothing of a refused handshake, so the same is asked over HTTP. Undefined
 * where the server cannot be asked.
 */
export async function refusalOf(
  address: Address,
): Promise<Refusal | undefined> {
  try {
    const { ok, reply } = await askAdmission(address);
    const { error } = reply as { error?: { code: string; message: string } };
    return ok ? CUT_OFF : error && refusalFor(error.code, error.message);
  } catch {
    // It cannot be reached now; the next attempt will tell.
    return undefined;
  }
}
