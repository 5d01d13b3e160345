import { firstFrame } from '../../tools/bench/cases/firstFrame.ts';
import { smokeTest } from '../tools/bench/smoke.ts';

smokeTest(firstFrame);
