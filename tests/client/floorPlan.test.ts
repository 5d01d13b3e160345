import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { floorPlan } from '../../client/src/floorPlan.ts';
import type {
  FloorItem,
  FloorPlan,
  FloorWishes,
  Rect,
} from '../../client/src/floorPlan.ts';

/** The floor in windows from 320 × 568 to 1280 × 800. */
const FLOORS = [
  [296, 430],
  [366, 700],
  [812, 254],
  [616, 250],
  [1248, 640],
  [880, 640],
] as const;

const PLAIN: FloorWishes = {
  layout: 'auto',
  pinned: undefined,
  spotlight: undefined,
  speaker: undefined,
  selfInGrid: false,
  page: 0,
};

function people(others: number, screens = 0): FloorItem[] {
  return [
    ...Array.from({ length: screens }, (_, index) => ({
      id: `screen ${index}`,
      kind: 'screen' as const,
    })),
    { id: 'self', kind: 'self' },
    ...Array.from({ length: others }, (_, index) => ({
      id: `person ${index}`,
      kind: 'person' as const,
    })),
  ];
}

function plan(
  items: FloorItem[],
  [width, height]: readonly [number, number],
  wishes: Partial<FloorWishes> = {},
): FloorPlan {
  return floorPlan(items, { width, height }, { ...PLAIN, ...wishes });
}

function areaOf(rect: Rect | undefined): number {
  return rect ? rect.width * rect.height : 0;
}

function overlap(one: Rect, other: Rect): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

for (const floor of FLOORS) {
  const [width, height] = floor;
  describe(`a floor of ${width} × ${height}`, () => {
    for (const layout of ['auto', 'grid', 'speaker'] as const) {
      test(`holds everything within it, without overlaps: ${layout}`, () => {
        for (const others of [0, 1, 2, 3, 5, 8, 15, 40]) {
          for (const screens of [0, 1, 2, 3]) {
            const items = people(others, screens);
            const { rects, floating } = plan(items, floor, { layout });
            const placed = [...rects];
            for (const [id, rect] of placed) {
              const { left, top } = rect;
              assert.ok(
                left >= -0.5 &&
                  top >= -0.5 &&
                  left + rect.width <= width + 0.5 &&
                  top + rect.height <= height + 0.5,
                `${id} of ${others} and ${screens}: ${JSON.stringify(rect)}`,
              );
              for (const [otherId, other] of placed) {
                assert.ok(
                  id === otherId ||
                    [id, otherId].includes(floating ?? '') ||
                    !overlap(rect, other),
                  `${id} and ${otherId} of ${others} and ${screens}`,
                );
              }
            }
          }
        }
      });
    }

    test('shows a screen larger than all faces', () => {
      for (const others of [1, 2, 5, 20]) {
        const { rects } = plan(people(others, 1), floor);
        const screen = areaOf(rects.get('screen 0'));
        for (const [id, rect] of rects) {
          if (id !== 'screen 0') {
            assert.ok(screen > 2 * areaOf(rect), `${id} of ${others}`);
          }
        }
      }
    });

    test('shows each person on one page', () => {
      const items = people(40);
      const { pages } = plan(items, floor);
      const seen = Array.from({ length: pages }, (_, page) => [
        ...plan(items, floor, { page }).rects.keys(),
      ]).flat();
      assert.deepEqual(
        seen,
        items.map(({ id }) => id),
      );
    });
  });
}

describe('the people on a floor', () => {
  const floor = FLOORS[4];

  test('are two: the user floats, unless that is not wanted', () => {
    assert.equal(plan(people(1), floor).floating, 'self');
    for (const wishes of [
      { selfInGrid: true },
      { layout: 'grid' as const },
      { pinned: 'person 0' },
    ]) {
      assert.equal(plan(people(1), floor, wishes).floating, undefined);
    }
    assert.equal(plan(people(2), floor).floating, undefined);
    assert.equal(plan(people(1, 1), floor).floating, undefined);
  });

  test('are two: the user floats beside the other where there is space', () => {
    for (const [width, height, beside] of [
      [366, 670, true],
      [820, 280, true],
      [296, 400, false],
      [1_250, 650, false],
    ] as const) {
      const { rects } = plan(people(1), [width, height]);
      const [person, self] = ['person 0', 'self'].map((id) => rects.get(id));
      assert.ok(person && self);
      const size = `${width} × ${height}`;
      assert.equal(overlap(person, self), !beside, size);
      if (!beside) {
        // Within it, so that it does not hide its edge.
        assert.ok(self.left > person.left && self.top > person.top, size);
        assert.ok(
          self.left + self.width < person.left + person.width &&
            self.top + self.height < person.top + person.height,
          size,
        );
      }
    }
  });

  test('show their faces as large as an upright phone can', () => {
    const columns = (count: number, size: readonly [number, number]) => {
      const rects = [...plan(people(count - 1), size).rects.values()];
      return new Set(rects.map(({ left }) => left)).size;
    };
    for (const size of [FLOORS[1], [388, 760], [360, 640]] as const) {
      assert.deepEqual(
        [3, 4, 6].map((count) => columns(count, size)),
        [1, 2, 2],
      );
      // Four fill the width, and three nearly do.
      const [left, right] = plan(people(3), size).rects.values();
      assert.ok(left && right && left.width + right.width > size[0] - 20);
      const [above] = plan(people(2), size).rects.values();
      assert.ok(above && above.width > 0.9 * size[0]);
    }
  });

  test('have one large: pinned, speaking, or the first', () => {
    const largest = (wishes: Partial<FloorWishes>): string | undefined =>
      [...plan(people(4), floor, wishes).rects].toSorted(
        ([, one], [, other]) => areaOf(other) - areaOf(one),
      )[0]?.[0];
    const layout = 'speaker';
    assert.equal(largest({ layout }), 'person 0');
    assert.equal(largest({ layout, speaker: 'person 2' }), 'person 2');
    assert.equal(
      largest({ layout, speaker: 'person 2', pinned: 'self' }),
      'self',
    );
    assert.equal(largest({ pinned: 'person 3' }), 'person 3');
    assert.equal(largest({ layout, pinned: 'who left' }), 'person 0');
  });

  test('have the one in the spotlight large, beside screens, unless one is pinned', () => {
    const large = (
      wishes: Partial<FloorWishes>,
      screens = 0,
    ): (string | undefined)[] => {
      const { rects } = plan(people(4, screens), floor, wishes);
      const most = Math.max(...Array.from(rects.values(), areaOf));
      return [...rects.keys()].filter((id) => areaOf(rects.get(id)) > most / 2);
    };
    const spotlight = 'person 2';
    assert.deepEqual(large({ spotlight }), [spotlight]);
    assert.deepEqual(large({ spotlight, layout: 'speaker' }), [spotlight]);
    assert.deepEqual(large({ spotlight, pinned: 'person 0' }), ['person 0']);
    assert.deepEqual(
      new Set(large({ spotlight }, 1)),
      new Set([spotlight, 'screen 0']),
    );
    // The user, and one who has left: everything is as before.
    for (const without of ['self', 'who left']) {
      assert.equal(large({ spotlight: without }).length, 5);
    }
  });

  test('stay on a page that there is', () => {
    const { page, pages } = plan(people(40), FLOORS[0], { page: 99 });
    assert.ok(pages > 1);
    assert.equal(page, pages - 1);
  });
});
