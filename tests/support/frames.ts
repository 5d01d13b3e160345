import { randomBytes } from 'node:crypto';

/** Opcodes of WebSocket frames. */
export const OPCODES = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** The differences between a frame and a complete, masked text frame. */
export interface FrameOptions {
  opcode?: number;
  fin?: boolean;
  masked?: boolean;
  /** The three bits reserved for extensions. */
  reserved?: number;
}

/**
 * The bytes of one WebSocket frame from a client, valid or not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function frameBytes(
  payload: string | Buffer,
  options: FrameOptions = {},
): Buffer {
  const { opcode = OPCODES.text, fin = true, masked = true } = options;
  const body = Buffer.from(payload);
  const first =
    (fin ? 0x80 : 0) | ((options.reserved ?? 0) << 4) | (opcode & 0x0f);
  const header = [first, ...lengthBytes(body.length, masked)];
  if (!masked) {
    return Buffer.concat([Buffer.from(header), body]);
  }
  const mask = randomBytes(4);
  const hidden = body.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from(header), mask, hidden]);
}

function lengthBytes(length: number, masked: boolean): number[] {
  const flag = masked ? 0x80 : 0;
  if (length < 126) {
    return [flag | length];
  }
  if (length < 65_536) {
    return [flag | 126, length >> 8, length & 0xff];
  }
  const long = Buffer.alloc(8);
  long.writeBigUInt64BE(BigInt(length));
  return [flag | 127, ...long];
}
