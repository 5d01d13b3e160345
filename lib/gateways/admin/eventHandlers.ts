import type { ApiKeyAuthenticator } from '../../auth/ApiKeyAuthenticator.ts';
import type { Live } from '../../core/Live.ts';
import type { EventFeed } from '../../feed/EventFeed.ts';
import type { Limits } from '../../limits/options.ts';
import type { eventRoutes } from './eventRoutes.ts';
import type { ApiHandlers } from './routeParts.ts';

/** The function that serves the events of the server. */
export function eventHandlers(
  feed: EventFeed,
  limits: Live<Limits>,
  authenticator: ApiKeyAuthenticator,
): ApiHandlers<typeof eventRoutes> {
  return {
    followServerEvents({ user, headers }) {
      return {
        status: 200,
        events: {
          listen: (send) =>
            feed.listen((event) => {
              if (
                event.name !== 'audit.recorded' ||
                authenticator.retains(user, 'audit:read')
              ) {
                send(event);
              }
            }, headers['last-event-id']),
          // A connection without traffic for answerTimeout is cut off.
          heartbeat: () =>
            Math.min(limits.eventHeartbeat, limits.answerTimeout / 2),
          mostBytes: () => limits.eventListenerBytes,
        },
      };
    },
  };
}
