import type { types } from 'mediasoup';

/** How many packets a consumer was sent, by its statistics. */
export function packetsSent(
  stats: readonly (types.ConsumerStat | types.ProducerStat)[],
): number {
  return stats
    .filter(({ type }) => type === 'outbound-rtp')
    .reduce((sum, { packetCount }) => sum + packetCount, 0);
}
