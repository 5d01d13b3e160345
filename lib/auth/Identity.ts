/**
 * A user, as a token or the user service describes them. Plain data: fields
 * without a value are missing, so that JSON keeps it as it is.
 */
export interface Identity {
  readonly userId: string;
  /** The user's name; without one, the client may choose it. */
  readonly name?: string;
  readonly email?: string;
  readonly role: string;
  /** The login that the token came of, if the token is one of an account. */
  readonly loginId?: string;
}
