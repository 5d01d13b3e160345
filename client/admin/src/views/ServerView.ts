import { ServerDetails } from './ServerDetails.ts';
import { View } from './View.ts';
import type { ViewContext } from './View.ts';

/** The interval between readings, ms. */
const INTERVAL = 5_000;

/** One server of a cluster. */
export class ServerView extends View {
  constructor(context: ViewContext, nodeId: string) {
    super('Server', context);
    this.way({ href: '#/servers', text: 'Servers' });
    const details = this.own(new ServerDetails(this.session, nodeId));
    this.element.append(details.element);
    this.poll(INTERVAL, async () => {
      const { address } = await details.read();
      this.rename(address === undefined ? 'Server' : `Server ${address}`);
    });
  }
}
