/** An item on the floor of a room. */
export type FloorItem = {
  id: string;
  /** A shared screen, the user, another person, or the seat that is still empty. */
  kind: 'screen' | 'self' | 'person' | 'seat';
};

export type Rect = { left: number; top: number; width: number; height: number };

/** The ways to arrange people; `auto` goes by how many there are. */
export const LAYOUTS = ['auto', 'grid', 'speaker'] as const;

export type Layout = (typeof LAYOUTS)[number];

export type FloorWishes = {
  layout: Layout;
  /** The item that the user has pinned. */
  pinned: string | undefined;
  /** The person whom a moderator has put in the spotlight. */
  spotlight: string | undefined;
  /** The person who spoke last. */
  speaker: string | undefined;
  /** The user wants no picture that floats over that of the other person. */
  selfInGrid: boolean;
  /** The page of people, from 0. */
  page: number;
};

export type FloorPlan = {
  /** The places of visible items, in pixels of the floor. */
  rects: Map<string, Rect>;
  /** The item that lies over others. */
  floating: string | undefined;
  page: number;
  pages: number;
};

/** Between tiles, in CSS pixels. */
const GAP = 12;

/** Width by height of a small tile where there is more width than height. */
const WIDE = 16 / 10;

/** The shapes of tiles, and the least width of a {@link face} in one, in CSS pixels. */
type Shape = { slimmest: number; broadest: number; leastFace: number };

/** The shapes on a desktop, and on a phone that is held upright. */
const ON_WIDE: Shape = { slimmest: WIDE, broadest: WIDE, leastFace: 55 };
const ON_UPRIGHT: Shape = { slimmest: 0.75, broadest: WIDE, leastFace: 80 };

/** Width by height of a head with its shoulders. */
const FACE = 0.85;

/** The least and the most width by height of a large person. */
const TALL_PERSON = 0.75;
const BROAD_PERSON = 16 / 9;

/** A strip of people beside large items: its share of the floor, and its bounds. */
const STRIP = { share: 0.22, least: 76, most: 300 };

/** A picture that floats: its share of the floor, and its bounds. */
const FLOAT = { share: 0.2, least: 84, most: 240 };

/** Finds the places of everything on the floor. */
export function floorPlan(
  items: readonly FloorItem[],
  floor: { width: number; height: number },
  wishes: FloorWishes,
): FloorPlan {
  const area = { left: 0, top: 0, ...floor };
  const self = items.find(({ kind }) => kind === 'self');
  const large = largeItems(items, wishes);
  const floats =
    self !== undefined &&
    wishes.layout !== 'grid' &&
    !wishes.selfInGrid &&
    large.length === 0 &&
    items.length === 2 &&
    items.every(({ kind }) => kind !== 'seat');
  if (floats) {
    const other = items.filter((item) => item !== self);
    const [person, float] = floatIn(area);
    return {
      rects: new Map([
        ...other.map(({ id }) => [id, person] as const),
        [self.id, float],
      ]),
      floating: self.id,
      page: 0,
      pages: 1,
    };
  }
  const small = items.filter((item) => !large.includes(item));
  const [main, strip] = large.length === 0 ? [] : divide(area, small.length);
  const place = strip ?? area;
  const shape = isUpright(area) && isUpright(place) ? ON_UPRIGHT : ON_WIDE;
  const { rects, page, pages } = gridIn(place, small, wishes.page, shape);
  if (main) {
    placeLarge(rects, main, large);
  }
  return { rects, floating: undefined, page, pages };
}

/**
 * The pinned item, or all screens and the person in the spotlight, or the speaker;
 * none in a plain grid. Users in the spotlight see the others as before.
 */
function largeItems(
  items: readonly FloorItem[],
  { layout, pinned, spotlight, speaker }: FloorWishes,
): FloorItem[] {
  const one = items.find(({ id }) => id === pinned);
  if (one) {
    return [one];
  }
  const forAll = items.filter(
    ({ id, kind }) =>
      kind === 'screen' || (kind === 'person' && id === spotlight),
  );
  if (forAll.length > 0) {
    return forAll;
  }
  const people = items.filter(({ kind }) => kind === 'person');
  if (layout !== 'speaker' || people.length === 0) {
    return [];
  }
  const speaking = people.find(({ id }) => id === speaker) ?? people[0];
  return speaking ? [speaking] : [];
}

/** The item to look at where there is space for one: screens before people. */
export function mainItem(
  items: readonly FloorItem[],
  wishes: FloorWishes,
): FloorItem | undefined {
  return largeItems(items, { ...wishes, layout: 'speaker' }).find(
    ({ kind }) => kind !== 'seat',
  );
}

/** Divides the floor into a large part and a strip: to its right, or below. */
function divide(area: Rect, count: number): [Rect, Rect | undefined] {
  if (count === 0) {
    return [area, undefined];
  }
  const { left, top, width, height } = area;
  const { share, least, most } = STRIP;
  if (width > height) {
    const strip = clamp(width * share, least * WIDE, most);
    const rest = width - strip - GAP;
    return [
      { left, top, width: rest, height },
      { left: left + rest + GAP, top, width: strip, height },
    ];
  }
  const strip = clamp(height * share, least, most);
  const rest = height - strip - GAP;
  return [
    { left, top, width, height: rest },
    { left, top: top + rest + GAP, width, height: strip },
  ];
}

function isUpright({ width, height }: Rect): boolean {
  return width <= height;
}

/** As many tiles as are not too small, with faces as large as the area allows, centred. */
function gridIn(
  area: Rect,
  items: readonly FloorItem[],
  wanted: number,
  shape: Shape,
): { rects: Map<string, Rect>; page: number; pages: number } {
  let fit = Math.max(items.length, 1);
  while (fit > 1 && face(bestGrid(area, fit, shape)) < shape.leastFace) {
    fit -= 1;
  }
  const pages = Math.max(1, Math.ceil(items.length / fit));
  const page = Math.min(Math.max(wanted, 0), pages - 1);
  const shown = items.slice(page * fit, (page + 1) * fit);
  // All pages are divided alike, so that nothing jumps between them.
  const { columns, ...tile } = bestGrid(area, fit, shape);
  const width = Math.floor(tile.width);
  const height = Math.floor(tile.height);
  const rows = Math.ceil(shown.length / columns);
  const top = area.top + (area.height - rows * (height + GAP) + GAP) / 2;
  const rects = new Map<string, Rect>();
  for (const [index, { id }] of shown.entries()) {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, shown.length - row * columns);
    const left = area.left + (area.width - inRow * (width + GAP) + GAP) / 2;
    rects.set(id, {
      left: left + (index - row * columns) * (width + GAP),
      top: top + row * (height + GAP),
      width,
      height,
    });
  }
  return { rects, page, pages };
}

/** The number of columns that shows the largest faces, and the size of a tile. */
function bestGrid(
  { width, height }: Rect,
  count: number,
  { slimmest, broadest }: Shape,
): { columns: number; width: number; height: number } {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const wide = (width - GAP * (columns - 1)) / columns;
    const high = (height - GAP * (rows - 1)) / rows;
    const tile = {
      columns,
      width: Math.min(wide, high * broadest),
      height: Math.min(high, wide / slimmest),
    };
    if (face(tile) > face(best)) {
      best = tile;
    }
  }
  return best;
}

/** The width of the largest face that a tile shows whole, in CSS pixels. */
function face({ width, height }: { width: number; height: number }): number {
  return Math.min(width, height * FACE);
}

/** Fills an area with the large items, each of its own ratio within its place. */
function placeLarge(
  rects: Map<string, Rect>,
  area: Rect,
  large: readonly FloorItem[],
): void {
  const count = large.length;
  const columns = Math.ceil(
    area.width > area.height ? Math.sqrt(count) : Math.sqrt(count / 2),
  );
  const rows = Math.ceil(count / columns);
  const width = (area.width - GAP * (columns - 1)) / columns;
  const height = (area.height - GAP * (rows - 1)) / rows;
  for (const [index, { id, kind }] of large.entries()) {
    const place = {
      left: area.left + (index % columns) * (width + GAP),
      top: area.top + Math.floor(index / columns) * (height + GAP),
      width,
      height,
    };
    rects.set(id, kind === 'screen' ? place : personIn(place));
  }
}

/** The largest place for a person in an area, in its middle. */
function personIn({ left, top, width, height }: Rect): Rect {
  const ratio = clamp(width / height, TALL_PERSON, BROAD_PERSON);
  const wide = Math.min(width, height * ratio);
  const high = wide / ratio;
  return {
    left: left + (width - wide) / 2,
    top: top + (height - high) / 2,
    width: wide,
    height: high,
  };
}

/**
 * The places of a person and of the picture that floats at the lower right: beside
 * the person where that leaves the person as large, and otherwise over the corner.
 */
function floatIn(area: Rect): [person: Rect, float: Rect] {
  const { share, least, most } = FLOAT;
  const { width, height } = area;
  const wide = clamp(Math.max(width, height) * share, least, most);
  const high = wide / WIDE;
  const largest = personIn(area);
  const right = area.left + width;
  const bottom = area.top + height;
  const size = { width: wide, height: high };
  if (width - largest.width >= wide + GAP) {
    const person = personIn({ ...area, width: width - wide - GAP });
    return [person, { left: right - wide, top: bottom - high, ...size }];
  }
  if (height - largest.height >= high + GAP) {
    const person = personIn({ ...area, height: height - high - GAP });
    return [person, { left: right - wide, top: bottom - high, ...size }];
  }
  return [
    largest,
    {
      left: largest.left + largest.width - wide - GAP,
      top: largest.top + largest.height - high - GAP,
      ...size,
    },
  ];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
