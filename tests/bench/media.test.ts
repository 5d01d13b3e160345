import { audio } from '../../bench/cases/audio.ts';
import { forward } from '../../bench/cases/forward.ts';
import { spread } from '../../bench/cases/spread.ts';
import { smokeTest } from './smoke.ts';

for (const bench of [forward, spread, audio]) {
  smokeTest(bench);
}
