/** The roles of accounts; people who register are users. */
export const ACCOUNT_ROLES = ['user', 'moderator', 'admin'] as const;

/** A role of an account. */
export type AccountRole = (typeof ACCOUNT_ROLES)[number];
