import { beside } from '../../../tools/bench/cases/beside.ts';
import { idle } from '../../../tools/bench/cases/idle.ts';
import { join } from '../../../tools/bench/cases/join.ts';
import { rooms } from '../../../tools/bench/cases/rooms.ts';
import { smokeTest } from './smoke.ts';

for (const bench of [join, rooms, idle, beside]) {
  smokeTest(bench);
}
