import { z } from 'zod';

import type { RouteSpec } from '../../http/RouteSpec.ts';
import { adminErrors } from './errors.ts';
import { historyShape, nodeEntryShape, nodeShape } from './nodeShapes.ts';
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
  nodeId: z
    .string()
    .describe('The id of a server; `self` for the one that is asked.'),
});

/** A route to a server, which serves it itself. */
const nodeRoute = {
  ...route,
  node: ({ nodeId = '' }) => nodeId,
} as const satisfies Partial<RouteSpec>;

/** The servers. */
export const nodeRoutes = {
  listServerNodes: {
    ...route,
    scope: 'nodes:read',
    method: 'GET',
    path: `${BASE}/nodes`,
    summary:
      'Lists the servers of the cluster in the order of their addresses, as they have reported about once a second; a server that is alone lists itself.',
    query: z.object(pageQuery),
    replies: {
      200: { meaning: 'A page of servers.', body: pageOf(nodeEntryShape) },
    },
    errors: clientErrors,
  },
  showServerNode: {
    ...nodeRoute,
    scope: 'nodes:read',
    method: 'GET',
    path: `${BASE}/nodes/{nodeId}`,
    summary: 'Shows a server with its media workers.',
    parameters: ofNode,
    replies: { 200: { meaning: 'The server.', body: nodeShape } },
    errors: [...clientErrors, adminErrors.NODE_NOT_FOUND],
  },
  showServerHistory: {
    ...nodeRoute,
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
    ...nodeRoute,
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
