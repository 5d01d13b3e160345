/** A request to a receiver. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Permits private, link-local and loopback addresses. */
  readonly allowPrivate: boolean;
  /** Ends the attempt. */
  readonly signal: AbortSignal;
}

/** The answer of a receiver, whose body is of no interest. */
export interface WebhookAnswer {
  readonly status: number;
  /** The header `Retry-After`. */
  readonly retryAfter: string | undefined;
}

/** Carries events to receivers. */
export interface WebhookTransport {
  /**
   * Sends a request, and follows no redirect.
   *
   * @throws {Error} When there is no answer; its message says why.
   */
  post(request: WebhookRequest): Promise<WebhookAnswer>;
}
