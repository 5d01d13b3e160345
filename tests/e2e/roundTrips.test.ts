import { roundTrips } from '../../tools/bench/cases/roundTrips.ts';
import { smokeTest } from '../tools/bench/smoke.ts';

smokeTest(roundTrips);
