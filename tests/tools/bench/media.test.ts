import { audio } from '../../../tools/bench/cases/audio.ts';
import { forward } from '../../../tools/bench/cases/forward.ts';
import { spread } from '../../../tools/bench/cases/spread.ts';
import { smokeTest } from './smoke.ts';

for (const bench of [forward, spread, audio]) {
  smokeTest(bench);
}
