import process from 'node:process';
import { parseArgs } from 'node:util';

import { layouts } from './fixtures/layouts.ts';
import { lastingRooms } from './soak/lastingRooms.ts';
import { protooRooms } from './soak/protooRooms.ts';
import { soak } from './soak/soak.ts';

/** Growth beyond this after the warm-up is a leak, in percent. */
const MAX_GROWTH = 5;

/** The scenes by their name on the command line. */
const SCENES = new Map([
  ['protoo', async () => protooRooms()],
  ['lasting', lastingRooms],
]);

const { values } = parseArgs({
  options: {
    joins: { type: 'string', default: '10000' },
    scene: { type: 'string', default: 'protoo' },
    spread: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const joins = Number(values.joins);
const seed = Number(values.seed);
const open = SCENES.get(values.scene);
if (
  !Number.isInteger(joins) ||
  joins < 5 ||
  !Number.isInteger(seed) ||
  open === undefined
) {
  console.error(
    `usage: npm run soak -- [--scene ${Array.from(SCENES.keys()).join('|')}] [--joins N] [--seed N] [--spread], both whole numbers, at least 5 joins`,
  );
  process.exit(2);
}

const how = values.spread ? 'over two routers' : 'on one router';
console.log(
  `${joins} joins, scene ${values.scene}, rooms ${how}, seed ${seed}`,
);
await using scene = await open();
const { aborted, lost, start, warm, end } = await soak(
  joins,
  seed,
  layouts[how],
  scene,
  (done) => {
    if (done % 1_000 === 0) {
      console.log(`  ${done} came`);
    }
  },
);
const handles = end.handles - start.handles;
const heap = growth(warm.heap, end.heap);
const workers = growth(warm.workers, end.workers);
console.log(`aborted on the way in   ${aborted}`);
console.log(`rooms left              ${end.rooms}`);
console.log(`connections left        ${end.connections}`);
console.log(`left in the workers     ${end.leftovers.length}`);
console.log(`users left              ${end.users}`);
console.log(
  `worker deaths           ${end.deaths}, of which asked for ${lost}`,
);
console.log(`handles left            ${handles}`);
console.log(`events kept             ${end.kept} bytes`);
console.log(`heap                    ${megabytes(warm.heap, end.heap)}`);
console.log(`memory of the workers   ${megabytes(warm.workers, end.workers)}`);

const clean =
  end.rooms +
    end.connections +
    end.users +
    end.leftovers.length +
    (end.deaths - lost) +
    end.kept +
    handles ===
  0;
if (!clean || heap > MAX_GROWTH || workers > MAX_GROWTH) {
  console.error(
    `FAILED: expected nothing left and growth of at most ${MAX_GROWTH} %; replay with --seed ${seed}`,
  );
  process.exitCode = 1;
}

function growth(before: number, after: number): number {
  return (after / before - 1) * 100;
}

function megabytes(before: number, after: number): string {
  const [a, b] = [before, after].map((bytes) => (bytes / 2 ** 20).toFixed(1));
  return `${a} MiB after the warm-up, ${b} MiB at the end (${growth(before, after).toFixed(1)} %)`;
}
