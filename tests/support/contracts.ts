import type { Contract } from './Contract.ts';
import { protoo } from './protooContract.ts';
import { json } from './jsonContract.ts';

/** The contracts of all gateways. */
export const contracts: readonly Contract[] = [protoo, json];
