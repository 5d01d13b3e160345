import type { ObservedMetrics } from './ObservedMetrics.ts';

/** The deliveries of webhooks that are pending. */
export interface OutboxReading {
  readonly size: number;
  /** When the oldest was made; undefined without any. */
  readonly oldest: Date | undefined;
}

/** Declares the metrics of the outbox of webhooks. */
export function webhookMetrics(
  observed: ObservedMetrics,
): (reading: { outbox: OutboxReading | undefined }) => void {
  const size = observed.gauge(
    'atrium_webhook_outbox_deliveries',
    'Deliveries of events to endpoints of webhooks that are pending.',
  );
  const age = observed.gauge(
    'atrium_webhook_outbox_oldest_age_seconds',
    'Age of the oldest delivery that is pending; 0 without any.',
  );
  return ({ outbox }): void => {
    if (outbox === undefined) {
      size.remove();
      age.remove();
      return;
    }
    const { oldest } = outbox;
    size.set(outbox.size);
    age.set(
      oldest === undefined
        ? 0
        : Math.max(0, (Date.now() - oldest.getTime()) / 1_000),
    );
  };
}
