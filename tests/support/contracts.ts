import type { Contract } from './Contract.ts';
import { protoo } from './protooContract.ts';
import { json } from './jsonContract.ts';

/** Every contract that is spoken here. */
export const contracts: readonly Contract[] = [protoo, json];
