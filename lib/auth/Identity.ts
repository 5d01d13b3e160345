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
  /**
   * The account whose login that is, of a person in a meeting, who is known there
   * by another id.
   */
  readonly accountId?: string;
  /** The conversation of a guest, who may enter the rooms of its calls only. */
  readonly conversationId?: string;
}
