import { fanOut } from '../../../tools/bench/cases/fanOut.ts';
import { requests } from '../../../tools/bench/cases/requests.ts';
import { smokeTest } from './smoke.ts';

for (const bench of [requests, fanOut]) {
  smokeTest(bench);
}
