import { AppError } from '../../core/errors.ts';
import type { ApiAudit } from './ApiAudit.ts';
import { adminErrors } from './errors.ts';
import type { History } from './History.ts';
import type { Node } from './Node.ts';
import type { nodeRoutes } from './nodeRoutes.ts';
import { pageAmong } from './paging.ts';
import type { ApiHandlers } from './routeParts.ts';

/** The name of the server that is asked, beside its id. */
const SELF = 'self';

/**
 * The functions that serve servers.
 *
 * @param drain - Begins to drain this server.
 */
export function nodeHandlers(
  node: Node,
  history: History,
  drain: () => void,
  audit: ApiAudit,
): ApiHandlers<typeof nodeRoutes> {
  const requireSelf = (nodeId: string): void => {
    if (nodeId !== node.id && nodeId !== SELF) {
      throw new AppError(
        adminErrors.NODE_NOT_FOUND,
        `nodeId: expected ${JSON.stringify(node.id)} or "${SELF}", got ${JSON.stringify(nodeId.slice(0, 64))}`,
      );
    }
  };
  return {
    async listServerNodes({ query }) {
      const nodes = [await node.view()];
      return { status: 200, body: pageAmong(query, nodes, idOf, (it) => it) };
    },

    async showServerNode({ parameters: { nodeId } }) {
      requireSelf(nodeId);
      return { status: 200, body: await node.view() };
    },

    showServerHistory({ parameters: { nodeId } }) {
      requireSelf(nodeId);
      return { status: 200, body: history.view };
    },

    async drainServerNode({ user, parameters: { nodeId }, answered }) {
      requireSelf(nodeId);
      const view = await node.view();
      audit.record(user, 'drain', { details: { nodeId: node.id } });
      // A server without rooms stops at once.
      void answered().then(drain);
      return { status: 202, body: { ...view, state: 'draining' } };
    },
  };
}

function idOf({ nodeId }: { nodeId: string }): string {
  return nodeId;
}
