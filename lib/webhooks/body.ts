import type { ClaimedDelivery } from '../store/WebhookStore.ts';

/** The body of the requests for an event, the same in every attempt. */
export function bodyOf({
  type,
  at,
  sequence,
  data,
}: ClaimedDelivery['event']): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), sequence, data });
}
