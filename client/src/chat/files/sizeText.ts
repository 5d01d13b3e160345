import { number } from '../../texts/texts.ts';

/** A size for the user, such as "1.2 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) {
    return number(bytes, {
      style: 'unit',
      unit: 'byte',
      unitDisplay: 'long',
    });
  }
  return bytes < 1_000_000
    ? number(Math.round(bytes / 1_000), { style: 'unit', unit: 'kilobyte' })
    : number(bytes / 1_000_000, {
        style: 'unit',
        unit: 'megabyte',
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
      });
}
