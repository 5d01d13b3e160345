import type { DeliveryRecord } from '../../store/WebhookStore.ts';
import { deliveryNotFound } from '../../webhooks/errors.ts';
import type { Webhooks } from '../../webhooks/Webhooks.ts';
import type { ApiAudit } from './ApiAudit.ts';
import { page, pageIn, placeIn } from './paging.ts';
import type { ApiHandlers } from './routeParts.ts';
import type { webhookRoutes } from './webhookRoutes.ts';

/** The functions that serve deliveries of webhooks. */
export function webhookHandlers(
  webhooks: Webhooks,
  audit: ApiAudit,
): ApiHandlers<typeof webhookRoutes> {
  return {
    async listServerDeliveries({ query }) {
      const request = pageIn(query);
      const { endpointId, status, type, roomId } = query;
      const found = await webhooks.deliveries(
        { endpointId, status, type, roomId },
        { before: placeIn(request), limit: request.limit + 1 },
      );
      return { status: 200, body: page(request, found, placeOf, shown) };
    },

    async replayServerDelivery({ user, parameters: { deliveryId } }) {
      if (!/^\d{1,15}$/.test(deliveryId)) {
        throw deliveryNotFound(deliveryId);
      }
      const delivery = await webhooks.replay(Number(deliveryId));
      const { roomId } = delivery.event;
      audit.record(user, 'replayDelivery', { roomId, details: { deliveryId } });
      return { status: 202, body: shown(delivery) };
    },
  };
}

function placeOf({ id }: DeliveryRecord): string {
  return String(id);
}

function shown({ event, ...delivery }: DeliveryRecord) {
  const { responseStatus, error } = delivery;
  return {
    deliveryId: String(delivery.id),
    endpointId: delivery.endpointId,
    eventId: event.id,
    type: event.type,
    roomId: event.roomId,
    sequence: event.sequence,
    status: delivery.status,
    attempts: delivery.attempts,
    responseStatus,
    error,
    createdAt: delivery.createdAt.toISOString(),
    updatedAt: delivery.updatedAt.toISOString(),
    nextAttemptAt: delivery.nextAt?.toISOString(),
    data: { ...event.data },
  };
}
