import { z } from 'zod';

import { adminErrors } from './errors.ts';
import { historyShape, nodeShape } from './nodeShapes.ts';
import { pageOf, pageQuery } from './paging.ts';
import {
  BASE,
  clientErrors,
  route,
  writeErrors,
  writeHeaders,
} from './routeParts.ts';
import type { ApiRoutes } from './routeParts.ts';

const ofNode = z.object({
  nodeId: z.string().describe('The id of a server; `self` for this one.'),
});

/** The servers. */
export const nodeRoutes = {
  listServerNodes: {
    ...route,
    scope: 'nodes:read',
    method: 'GET',
    path: `${BASE}/nodes`,
    summary: 'Lists the servers: this one.',
    query: z.object(pageQuery),
    replies: {
      200: { meaning: 'A page of servers.', body: pageOf(nodeShape) },
    },
    errors: clientErrors,
  },
  showServerNode: {
    ...route,
    scope: 'nodes:read',
    method: 'GET',
    path: `${BASE}/nodes/{nodeId}`,
    summary: 'Shows a server with its media workers.',
    parameters: ofNode,
    replies: { 200: { meaning: 'The server.', body: nodeShape } },
    errors: [...clientErrors, adminErrors.NODE_NOT_FOUND],
  },
  showServerHistory: {
    ...route,
    scope: 'nodes:read',
    method: 'GET',
    path: `${BASE}/nodes/{nodeId}/history`,
    summary:
      'Shows the latest figures of a server, for charts: by default those of an hour (ops.historyLength).',
    parameters: ofNode,
    replies: {
      200: { meaning: 'The figures, the oldest first.', body: historyShape },
    },
    errors: [...clientErrors, adminErrors.NODE_NOT_FOUND],
  },
  drainServerNode: {
    ...route,
    scope: 'nodes:write',
    method: 'POST',
    path: `${BASE}/nodes/{nodeId}/drain`,
    summary:
      'Drains a server as SIGTERM does: it opens no more rooms, and stops when they are empty, or after shutdown.drainTimeout.',
    headers: writeHeaders,
    parameters: ofNode,
    replies: { 202: { meaning: 'The server drains.', body: nodeShape } },
    errors: [...writeErrors, adminErrors.NODE_NOT_FOUND],
  },
} as const satisfies ApiRoutes;
