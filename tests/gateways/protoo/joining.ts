import type { RequestData } from '@atrium/protocol/protoo';

import type { ProtooClient } from '../../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../../tools/fixtures/rtp.ts';

/** Data of a join, beside the ids. */
export type JoinData = Partial<RequestData<'joinRoom'>>;

const both = ['send' as const, 'recv' as const];

/** The data of a join in one request. */
export const auto = {
  rtpCapabilities,
  transports: both,
  subscribe: 'auto',
} as const;

/** The methods of what a client was notified of about a producer. */
export function heard(client: ProtooClient, producerId: string): string[] {
  return client.notifications
    .filter(({ data }) => data['producerId'] === producerId)
    .map(({ method }) => method);
}
