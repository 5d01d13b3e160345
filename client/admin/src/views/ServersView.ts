import type { ServerNode } from '@atrium/server-sdk';

import { serverAddress } from '../route.ts';
import { NOTHING, percent, since } from '../show.ts';
import { Table } from '../ui/Table.ts';
import { ServerDetails } from './ServerDetails.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 5_000;

/** The servers of a cluster; the one server, with all that it has, where there is none. */
export class ServersView extends View {
  readonly #table = new Table<ServerNode>(
    'Servers',
    [
      {
        title: 'Server',
        text: ({ address, nodeId }) => address ?? nodeId,
        href: ({ nodeId }) => serverAddress(nodeId),
        breaks: true,
      },
      { title: 'State', text: ({ state }) => state },
      { title: 'Region', text: ({ region = NOTHING }) => region, breaks: true },
      {
        title: 'Load',
        text: ({ load }) => percent(load * 100),
        figures: true,
      },
      {
        title: 'Rooms',
        text: ({ rooms = NOTHING }) => String(rooms),
        figures: true,
      },
      {
        title: 'Peers',
        text: ({ peers = NOTHING }) => String(peers),
        figures: true,
      },
      {
        title: 'Consumers',
        text: ({ consumers = NOTHING }) => String(consumers),
        figures: true,
      },
      { title: 'Version', text: ({ version = NOTHING }) => version },
      {
        title: 'Runs for',
        text: ({ startedAt }) =>
          startedAt === undefined ? NOTHING : since(startedAt),
        figures: true,
      },
      {
        title: 'Last heard',
        text: ({ heardAt }) => `${since(heardAt)} ago`,
        figures: true,
      },
    ],
    ({ nodeId }) => nodeId,
    'There are no servers.',
  );
  /** The server that is alone. */
  readonly #details = this.own(new ServerDetails(this.session, 'self'));

  constructor(context: ViewContext) {
    super('Servers', context);
    this.poll(INTERVAL, () => this.#read());
  }

  async #read(): Promise<void> {
    const nodes: ServerNode[] = [];
    for await (const node of this.session.atrium.nodes.list()) {
      nodes.push(node);
    }
    if (nodes.every(({ address }) => address === undefined)) {
      this.#put(this.#details.element);
      await this.#details.read();
    } else {
      this.#put(this.#table.element);
      this.#table.show(nodes);
    }
  }

  /** Shows a part below the heading, once. */
  #put(part: HTMLElement): void {
    if (part.parentElement !== this.element) {
      this.element.append(part);
    }
  }
}
