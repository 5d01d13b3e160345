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
  /** The login or guest session that the token was issued for, if any. */
  readonly loginId?: string;
  /** The conversation of a guest, who may enter the rooms of its calls only. */
  readonly conversationId?: string;
}
