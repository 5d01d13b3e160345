import { z } from 'zod';

import type { Grants } from '../../../lib/auth/Grants.ts';
import type {
  Arrival,
  ClientLink,
} from '../../../lib/signalling/ClientLink.ts';
import { RequestDispatcher } from '../../../lib/signalling/RequestDispatcher.ts';
import { Session } from '../../../lib/signalling/Session.ts';
import type { SessionContext } from '../../../lib/signalling/Session.ts';
import { requests } from './contract.ts';
import { handlers } from './handlers.ts';

const frameSchema = z.object({ ask: z.string(), data: z.unknown().optional() });

/** One client of the contract. */
export class TinySession extends Session {
  override readonly gateway = 'tiny';
  override readonly grants: Grants;

  constructor(link: ClientLink, context: SessionContext, grants: Grants) {
    super(link, context);
    this.grants = grants;
    this.startDeadline('no room was entered');
    link.onMessage((text, arrival) => void this.#serve(text, arrival));
  }

  async #serve(text: string, arrival: Arrival): Promise<void> {
    let frame: z.output<typeof frameSchema>;
    try {
      frame = frameSchema.parse(JSON.parse(text));
    } catch {
      this.link.close('notTheProtocol', 'expected {"ask": …, "data": …}');
      return;
    }
    const { ask: method, data } = frame;
    const request = { method, data, arrival };
    using _request = this.beginRequest();
    const outcome = await dispatcher.dispatch(this, request);
    if (!outcome.ok) {
      const { code, message } = outcome.error;
      this.link.send(JSON.stringify({ refused: method, code, message }));
      return;
    }
    this.link.send(JSON.stringify({ answer: method, data: outcome.reply }));
    if (dispatcher.specOf(method)?.startsEvents) {
      this.startEvents();
    }
  }
}

const dispatcher = new RequestDispatcher(requests, handlers);
