import { AppError } from '../../core/errors.ts';
import type { ApiAudit } from './ApiAudit.ts';
import { adminErrors } from './errors.ts';
import type { History } from './History.ts';
import type { Node, NodeEntry } from './Node.ts';
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
        `nodeId: expected the id of a server that is listed, or "${SELF}", got ${JSON.stringify(nodeId.slice(0, 64))}`,
      );
    }
  };
  return {
    listServerNodes({ query }) {
      const body = pageAmong(query, node.all, placeOf, (it) => it);
      return { status: 200, body };
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

/** The place of a node in the list, which it keeps when it starts again. */
function placeOf({ address = '', nodeId }: NodeEntry): string {
  return `${address} ${nodeId}`;
}
