import process from 'node:process';

import { takeCensus } from '../rooms/census.ts';
import type { TrackCounts } from '../rooms/census.ts';
import type { ResourceHandlers } from './serve.ts';

/** Resources for what watches the server. */
export const metricsHandlers = {
  metrics: async ({ scrape }) => ({ status: 200, body: await scrape.text() }),

  jsonMetrics({ registry, vitals }) {
    const { rooms, activeRooms, all } = takeCensus(registry);
    return {
      status: 200,
      body: {
        rooms: { total: rooms, active: activeRooms, participants: all.peers },
        participants: { total: all.peers, active: all.activePeers },
        producers: tracks(all.producers),
        consumers: tracks(all.consumers),
        system: {
          memoryUsage: process.memoryUsage.rss(),
          cpuUsage: vitals.cpuUsage,
          uptime: process.uptime(),
        },
      },
    };
  },
} satisfies Partial<ResourceHandlers>;

function tracks({ audio, video, active }: TrackCounts) {
  return { total: audio + video, active, audio, video };
}
