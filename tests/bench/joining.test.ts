import { idle } from '../../bench/cases/idle.ts';
import { join } from '../../bench/cases/join.ts';
import { rooms } from '../../bench/cases/rooms.ts';
import { smokeTest } from './smoke.ts';

for (const bench of [join, rooms, idle]) {
  smokeTest(bench);
}
