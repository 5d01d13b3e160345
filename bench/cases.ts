import type { BenchCase } from './BenchCase.ts';
import { join } from './cases/join.ts';

/** Every case there is, in the order in which they run. */
export const cases: readonly BenchCase[] = [join];
