import { join } from '../../bench/cases/join.ts';
import { smokeTest } from './smoke.ts';

for (const bench of [join]) {
  smokeTest(bench);
}
