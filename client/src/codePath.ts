import { qrCode } from './qrCode.ts';

/** The quiet zone around a code, which readers need, modules. */
const QUIET = 4;

/** A QR code as a path in a square of its size, modules. */
export function codePath(content: string): { size: number; path: string } {
  const rows = qrCode(content);
  const path = rows
    .flatMap((row, y) =>
      row.map((dark, x) => (dark ? squareAt(x + QUIET, y + QUIET) : '')),
    )
    .join('');
  return { size: rows.length + 2 * QUIET, path };
}

function squareAt(x: number, y: number): string {
  return `M${x},${y}H${x + 1}V${y + 1}H${x}Z`;
}
