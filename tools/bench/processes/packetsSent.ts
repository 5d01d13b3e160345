import type { types } from 'mediasoup';

/** The number of packets sent to a consumer, by its statistics. */
export function packetsSent(
  stats: readonly (types.ConsumerStat | types.ProducerStat)[],
): number {
  return stats
    .filter(({ type }) => type === 'outbound-rtp')
    .reduce((sum, { packetCount }) => sum + packetCount, 0);
}
