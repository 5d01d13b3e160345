import { AppError, defineErrors } from '../core/errors.ts';

/** Failures of webhooks. */
export const webhookErrors = defineErrors({
  DELIVERY_NOT_FOUND: {
    status: 404,
    meaning: 'There is no such delivery of a webhook, or it has been deleted.',
  },
  WEBHOOK_ENDPOINT_UNKNOWN: {
    status: 409,
    meaning: 'The configuration no longer has the endpoint of the delivery.',
  },
});

/** The failure of a request for a delivery that does not exist. */
export function deliveryNotFound(id: string): AppError {
  return new AppError(
    webhookErrors.DELIVERY_NOT_FOUND,
    `deliveryId: there is no delivery ${JSON.stringify(id)}`,
  );
}
