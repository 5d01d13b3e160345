/** Codewords of repair in each block, by the version: those of level L, 7 %. */
const REPAIR = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
  28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
  30,
];

/** Blocks into which the codewords are split, by the version. */
const BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12,
  12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
];

/** Level L, as the format of a code has it. */
const LEVEL = 1;

/** The patterns one of which inverts the modules of the data. */
const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Rows of modules, true for a dark one; undefined where none is set yet. */
type Modules = (boolean | undefined)[][];

/**
 * A text as a QR code: its rows of modules, true for a dark one.
 *
 * @see ISO/IEC 18004
 * @throws {RangeError} For more than 2,953 bytes.
 */
export function qrCode(content: string): boolean[][] {
  const bytes = [...new TextEncoder().encode(content)];
  const version = versionFor(bytes.length);
  const bits = interleaved(dataOf(bytes, version), version).flatMap((word) =>
    bitsOf(word, 8),
  );
  const fixed = fixedModules(version);
  const codes = MASKS.map((isInverted, mask) => {
    const modules = fixed.map((row) => [...row]);
    placeFormat(modules, mask);
    placeData(modules, fixed, bits, isInverted);
    const code = modules.map((row) => row.map((dark) => dark === true));
    return { code, faults: faults(code) };
  });
  return codes.reduce((best, one) => (one.faults < best.faults ? one : best))
    .code;
}

function versionFor(length: number): number {
  const at = REPAIR.findIndex((_repair, index) => {
    const version = index + 1;
    const bits = 4 + countBits(version) + 8 * length;
    return bits <= 8 * dataWords(version);
  });
  if (at === -1) {
    throw new RangeError(`content: expected at most 2953 bytes, got ${length}`);
  }
  return at + 1;
}

function countBits(version: number): number {
  return version < 10 ? 8 : 16;
}

/** Codewords of data and of repair. */
function allWords(version: number): number {
  let modules = (16 * version + 128) * version + 64;
  if (version >= 2) {
    const marks = Math.floor(version / 7) + 2;
    modules -= (25 * marks - 10) * marks - 55;
  }
  return Math.floor((modules - (version >= 7 ? 36 : 0)) / 8);
}

function dataWords(version: number): number {
  const index = version - 1;
  return allWords(version) - (REPAIR[index] ?? 0) * (BLOCKS[index] ?? 0);
}

/** The codewords of a content in bytes, filled up. */
function dataOf(bytes: readonly number[], version: number): number[] {
  const capacity = dataWords(version);
  const bits = [
    ...bitsOf(0b0100, 4),
    ...bitsOf(bytes.length, countBits(version)),
    ...bytes.flatMap((byte) => bitsOf(byte, 8)),
  ];
  bits.push(...bitsOf(0, Math.min(4, 8 * capacity - bits.length)));
  bits.push(...bitsOf(0, (8 - (bits.length % 8)) % 8));
  const words = Array.from({ length: bits.length / 8 }, (_, index) =>
    bits
      .slice(index * 8, index * 8 + 8)
      .reduce((word, bit) => word * 2 + bit, 0),
  );
  for (let filler = 0xec; words.length < capacity; filler ^= 0xec ^ 0x11) {
    words.push(filler);
  }
  return words;
}

function bitsOf(value: number, count: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => (value >>> (count - 1 - index)) & 1,
  );
}

/** The words of all blocks in turn: those of data, then those of repair. */
function interleaved(words: readonly number[], version: number): number[] {
  const repair = REPAIR[version - 1] ?? 0;
  const count = BLOCKS[version - 1] ?? 1;
  const short = Math.floor(words.length / count);
  const longer = words.length % count;
  const generator = generatorOf(repair);
  let from = 0;
  const blocks = Array.from({ length: count }, (_, index) => {
    const data = words.slice(
      from,
      (from += short + (index < count - longer ? 0 : 1)),
    );
    return { data, repair: remainder(data, generator) };
  });
  const columns = (part: 'data' | 'repair', length: number): number[] =>
    Array.from({ length }, (_, at) =>
      blocks.flatMap((block) => block[part][at] ?? []),
    ).flat();
  return [...columns('data', short + 1), ...columns('repair', repair)];
}

/** A product in the field of 256 elements of the code. */
function product(one: number, other: number): number {
  let result = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    result = (result << 1) ^ ((result >>> 7) * 0x11d);
    result ^= ((other >>> bit) & 1) * one;
  }
  return result;
}

/** The polynomial of a degree by which words are divided, without its first term. */
function generatorOf(degree: number): number[] {
  const generator: number[] = Array.from({ length: degree }, (_, index) =>
    index === degree - 1 ? 1 : 0,
  );
  let root = 1;
  for (let time = 0; time < degree; time += 1) {
    for (let index = 0; index < degree; index += 1) {
      generator[index] =
        product(generator[index] ?? 0, root) ^ (generator[index + 1] ?? 0);
    }
    root = product(root, 2);
  }
  return generator;
}

function remainder(
  data: readonly number[],
  generator: readonly number[],
): number[] {
  let rest = generator.map(() => 0);
  for (const word of data) {
    const factor = word ^ (rest[0] ?? 0);
    rest = generator.map(
      (term, index) => (rest[index + 1] ?? 0) ^ product(term, factor),
    );
  }
  return rest;
}

/** The modules that do not depend on the content; the format is left light. */
function fixedModules(version: number): Modules {
  const size = 17 + 4 * version;
  const modules: Modules = Array.from({ length: size }, () =>
    Array.from({ length: size }, () => undefined),
  );
  for (let at = 0; at < size; at += 1) {
    set(modules, at, 6, at % 2 === 0);
    set(modules, 6, at, at % 2 === 0);
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const) {
    placeRings(modules, x, y, 4, [0, 1, 3]);
  }
  const marks = marksOf(version);
  const last = marks.length - 1;
  for (const [column, x] of marks.entries()) {
    for (const [row, y] of marks.entries()) {
      const isTaken =
        (column === 0 && (row === 0 || row === last)) ||
        (column === last && row === 0);
      if (!isTaken) {
        placeRings(modules, x, y, 2, [0, 2]);
      }
    }
  }
  placeFormat(modules, 0);
  if (version >= 7) {
    placeVersion(modules, version);
  }
  return modules;
}

/** Squares around a module, those at some distances from it dark. */
function placeRings(
  modules: Modules,
  x: number,
  y: number,
  reach: number,
  dark: readonly number[],
): void {
  for (let right = -reach; right <= reach; right += 1) {
    for (let down = -reach; down <= reach; down += 1) {
      const distance = Math.max(Math.abs(right), Math.abs(down));
      set(modules, x + right, y + down, dark.includes(distance));
    }
  }
}

/** The columns, and rows, of the marks for alignment. */
function marksOf(version: number): number[] {
  if (version === 1) {
    return [];
  }
  const count = Math.floor(version / 7) + 2;
  const step = 2 * Math.floor((8 * version + 3 * count + 5) / (4 * count - 4));
  const last = 10 + 4 * version;
  const marks = Array.from(
    { length: count - 1 },
    (_, index) => last - index * step,
  );
  return [6, ...marks.toReversed()];
}

function placeFormat(modules: Modules, mask: number): void {
  const size = modules.length;
  const format = (LEVEL << 3) | mask;
  const bits = ((format << 10) | checkOf(format, 10, 0x537)) ^ 0x5412;
  for (let index = 0; index < 15; index += 1) {
    const dark = ((bits >>> index) & 1) === 1;
    // Around the mark at the top and left, past the line of the timing.
    const [x, y] =
      index < 8
        ? [8, index < 6 ? index : index + 1]
        : [index === 8 ? 7 : 14 - index, 8];
    set(modules, x, y, dark);
    set(
      modules,
      index < 8 ? size - 1 - index : 8,
      index < 8 ? 8 : size - 15 + index,
      dark,
    );
  }
  set(modules, 8, size - 8, true);
}

function placeVersion(modules: Modules, version: number): void {
  const bits = (version << 12) | checkOf(version, 12, 0x1f25);
  for (let index = 0; index < 18; index += 1) {
    const dark = ((bits >>> index) & 1) === 1;
    const far = modules.length - 11 + (index % 3);
    const near = Math.floor(index / 3);
    set(modules, far, near, dark);
    set(modules, near, far, dark);
  }
}

/** The bits that check a format or a version. */
function checkOf(value: number, count: number, generator: number): number {
  let rest = value;
  for (let time = 0; time < count; time += 1) {
    rest = (rest << 1) ^ ((rest >>> (count - 1)) * generator);
  }
  return rest;
}

/** Fills the free modules: columns in pairs from the right, upwards and downwards. */
function placeData(
  modules: Modules,
  fixed: Modules,
  bits: readonly number[],
  isInverted: (x: number, y: number) => boolean,
): void {
  const size = modules.length;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= right === 8 ? 3 : 2) {
    const isUpward = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = isUpward ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y]?.[x] === undefined) {
          const dark = bits[at] === 1;
          set(modules, x, y, dark !== isInverted(x, y));
          at += 1;
        }
      }
    }
  }
}

function set(modules: Modules, x: number, y: number, dark: boolean): void {
  const row = modules[y];
  if (row !== undefined && x >= 0 && x < row.length) {
    row[x] = dark;
  }
}

/** A measure of what is harder to read: long runs, and squares of one colour. */
function faults(code: readonly (readonly boolean[])[]): number {
  let count = 0;
  for (const [y, row] of code.entries()) {
    for (const [x, dark] of row.entries()) {
      const isSame = (right: number, down: number): boolean =>
        code[y + down]?.[x + right] === dark;
      count += isSame(1, 0) && isSame(0, 1) && isSame(1, 1) ? 3 : 0;
      count += [1, 2, 3, 4].every((step) => isSame(step, 0)) ? 2 : 0;
      count += [1, 2, 3, 4].every((step) => isSame(0, step)) ? 2 : 0;
    }
  }
  return count;
}
