import type { Contract } from './Contract.ts';
import { protoo } from './protooContract.ts';
import { sfu } from './sfuContract.ts';

/** Every contract that is spoken here. */
export const contracts: readonly Contract[] = [protoo, sfu];
