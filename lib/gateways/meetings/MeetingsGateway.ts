import type { IncomingMessage } from 'node:http';

import { bearerToken } from '../../http/bearerToken.ts';
import { routeTable } from '../../http/RouteSpec.ts';
import type { RouteTable } from '../../http/RouteSpec.ts';
import { RateLimit } from '../../limits/RateLimit.ts';
import type { MeetingServices } from '../../meetings/createMeetings.ts';
import { liveRoomIdOf } from '../../meetings/ids.ts';
import type { MeetingAdmission } from '../../meetings/MeetingDoor.ts';
import type { ClientLink } from '../../signalling/ClientLink.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import { tokenOf } from '../../signalling/ws/tokenOf.ts';
import { WebSocketGateway } from '../../signalling/ws/WebSocketGateway.ts';
import type { WebSocketContext } from '../../signalling/ws/WebSocketContext.ts';
import type { Gateway } from '../Gateway.ts';
import { requests } from './contract.ts';
import { routeHandlers } from './handlers.ts';
import { MeetingSession } from './MeetingSession.ts';
import type { MeetingEntrance } from './MeetingSession.ts';
import { routeContract } from './routes.ts';
import { socketHandlers } from './socketHandlers.ts';

const dispatcher = new RequestDispatcher(requests, socketHandlers);

/**
 * The signalling of sessions: their resources, and at `/ws/{socketUrl}` a socket
 * for signals between browsers.
 */
export class MeetingsGateway
  extends WebSocketGateway<MeetingAdmission>
  implements Gateway
{
  override readonly name = 'meetings';
  override readonly path = '/ws/*';
  readonly routes: RouteTable;
  readonly service = 'signalling-server';
  /** The token of POST /connect is one for protoo. */
  readonly companions = ['protoo'];
  readonly #services: MeetingServices;
  readonly #entrance: MeetingEntrance;

  constructor(context: WebSocketContext, services: MeetingServices) {
    super(context);
    const { access, limits } = context.config;
    const rates = {
      creations: new RateLimit(limits, {
        perMinute: 'sessionsPerMinute',
        burst: 'sessionBurst',
      }),
      entries: new RateLimit(limits, {
        perMinute: 'sessionEntriesPerMinute',
        burst: 'sessionEntryBurst',
      }),
    };
    this.#services = services;
    this.#entrance = { door: services.door, entries: rates.entries };
    this.routes = routeTable(routeContract, {
      handlers: routeHandlers(services, rates, access),
      authenticate: (request) =>
        services.authenticator.identify(bearerToken(request)),
    });
  }

  protected override authenticate(
    request: IncomingMessage,
    url: URL,
  ): Promise<MeetingAdmission> {
    const [, address = ''] = /^\/ws\/([^/]+)$/.exec(url.pathname) ?? [];
    return this.#services.door.open(
      address,
      tokenOf(request, url) || undefined,
    );
  }

  protected override roomOf({ meeting }: MeetingAdmission): string {
    return liveRoomIdOf(meeting.id);
  }

  protected override open(
    link: ClientLink,
    admission: MeetingAdmission,
  ): MeetingSession {
    return new MeetingSession(
      link,
      this.context,
      dispatcher,
      this.#entrance,
      admission,
    );
  }
}
