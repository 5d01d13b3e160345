/**
 * The JSON of a message, in memory of its own: it may be kept for long, and a
 * small buffer out of Node's pool would keep the whole pool with it.
 */
export function jsonBytesOf(message: object): Buffer {
  const text = JSON.stringify(message);
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
