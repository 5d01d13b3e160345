import process from 'node:process';

import { roomStats } from '../../rooms/roomStats.ts';
import type { TrackCounts } from '../../rooms/roomStats.ts';
import type { ResourceHandlers } from '../serveRoutes.ts';

/** Resources for what watches the server. */
export const metricsHandlers = {
  metrics: async ({ scrape }) => ({ status: 200, body: await scrape.text() }),

  jsonMetrics({ registry, vitals }) {
    const { rooms, activeRooms, all } = roomStats(registry);
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
