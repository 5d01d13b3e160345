/** The bytes that a text in base64url stands for. Throws where it is none. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
}
