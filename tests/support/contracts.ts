import { chat } from './chatContract.ts';
import type { Contract } from './Contract.ts';
import { json } from './jsonContract.ts';
import { meetings } from './meetingsContract.ts';
import { protoo } from './protooContract.ts';
import type { SocketContract } from './SocketContract.ts';

/** The contracts with requests and media. */
export const contracts: readonly Contract[] = [protoo, json];

/** The contracts of all gateways. */
export const socketContracts: readonly SocketContract[] = [
  ...contracts,
  chat,
  meetings,
];
