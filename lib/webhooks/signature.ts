import { Webhook } from 'standardwebhooks';

/** The headers of a request to a receiver. */
export type WebhookHeaders = Readonly<Record<string, string>>;

/**
 * The headers that identify an event and prove where it comes from. With several
 * secrets there is a signature of each, so that receivers know either.
 *
 * @param id - The id of the event, the same in every attempt.
 * @see https://www.standardwebhooks.com
 */
export function signedHeaders(
  id: string,
  at: Date,
  body: string,
  secrets: readonly string[],
): WebhookHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, at, body))
      .join(' '),
  };
}
