/** The name that others see, with the id at the server. */
export type Profile = { id: string; name: string };

/** The user of the page, with or without an account. */
export interface PageUser {
  /** The token of requests. */
  readonly token: string;
  /** The token in the words of the socket. */
  readonly credentials: { token: string } | { sessionToken: string };

  /** @throws {UserError} */
  profile(): Promise<Profile>;

  /** Sends a request of the user. @throws {UserError} LOGIN_ENDED. */
  request(method: string, path: string, body?: unknown): Promise<unknown>;

  /** Makes sure that the token is accepted. @throws {UserError} LOGIN_ENDED. */
  renew(): Promise<void>;

  /** Forgets the token. */
  leave(): void;
}
