/** A piece of a text; with an `href`, a link. */
export type Piece = { text: string; href?: string };

/**
 * Looks like an address. Characters that change the direction of writing end it:
 * they could show another address than the one that opens.
 */
const ADDRESS =
  /\bhttps?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;

/** Signs at the end of an address that belong to the sentence around it. */
const TRAILING = /[.,;:!?*_~…]+$/u;

const BRACKETS = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
] as const;

/** Divides a text at the addresses in it. Only those of web pages become links. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = withoutTrailing(match);
    const href = hrefOf(address);
    if (href !== undefined) {
      if (index > end) {
        pieces.push({ text: text.slice(end, index) });
      }
      pieces.push({ text: address, href });
      end = index + address.length;
    }
  }
  if (end < text.length) {
    pieces.push({ text: text.slice(end) });
  }
  return pieces;
}

/** Leaves out what follows an address, such as a bracket that was opened before it. */
function withoutTrailing(address: string): string {
  const shorter = address.replace(TRAILING, '');
  const closes = BRACKETS.some(
    ([opening, closing]) =>
      shorter.endsWith(closing) &&
      shorter.split(opening).length < shorter.split(closing).length,
  );
  return closes ? withoutTrailing(shorter.slice(0, -1)) : shorter;
}

function hrefOf(address: string): string | undefined {
  try {
    const { protocol, href } = new URL(address);
    return protocol === 'https:' || protocol === 'http:' ? href : undefined;
  } catch {
    return undefined;
  }
}
