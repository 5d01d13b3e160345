import { firstFrame } from '../../bench/cases/firstFrame.ts';
import { smokeTest } from '../bench/smoke.ts';

smokeTest(firstFrame);
