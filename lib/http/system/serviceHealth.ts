import { z } from 'zod';

import { errorSchema, routeTable } from '../RouteSpec.ts';
import type { RouteContract, RouteHandlers, RouteTable } from '../RouteSpec.ts';
import type { ServerHealth } from './ServerHealth.ts';

const report = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  service: z.string(),
});

const contract = {
  error: errorSchema,
  routes: {
    serviceHealth: {
      method: 'GET',
      path: '/health',
      summary: 'Tells whether the service works, its database included.',
      audience: 'everybody',
      requires: 'public',
      replies: {
        200: { meaning: 'It does.', body: report },
        503: { meaning: 'It does not.', body: report },
      },
      errors: [],
    },
  },
} as const satisfies RouteContract;

/** The health of a contract that is a service of its own. */
export function serviceHealth(
  service: string,
  health: Pick<ServerHealth, 'refresh' | 'trouble' | 'checks'>,
): RouteTable {
  const handlers: RouteHandlers<typeof contract> = {
    async serviceHealth() {
      await health.refresh();
      const works =
        health.trouble === undefined && health.checks.database === 'healthy';
      return {
        status: works ? 200 : 503,
        body: { status: works ? 'healthy' : 'unhealthy', service },
      };
    },
  };
  return routeTable(contract, { handlers });
}
