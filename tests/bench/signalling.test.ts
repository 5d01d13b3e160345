import { fanOut } from '../../bench/cases/fanOut.ts';
import { requests } from '../../bench/cases/requests.ts';
import { smokeTest } from './smoke.ts';

for (const bench of [requests, fanOut]) {
  smokeTest(bench);
}
