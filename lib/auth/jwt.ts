import { z } from 'zod';

import { authErrors } from './errors.ts';
import { AppError } from '../core/errors.ts';
import { nameFrom } from '../core/text.ts';
import {
  check,
  displayNameSchema,
  idSchema,
  MAX_NAME_LENGTH,
} from '../core/validation.ts';
import { ANY_ROOM } from './Grants.ts';
import type { Grants } from './Grants.ts';
import {
  ALL_PERMISSIONS,
  changed,
  permissionChangesSchema,
} from './Permissions.ts';
import { permissionsOf, ROLES } from './roles.ts';
import type { RoleOptions } from './roles.ts';
import { expired, verifyToken } from './verifyToken.ts';
import type { TokenOptions } from './verifyToken.ts';

/** The options by which tokens are turned into permissions. */
type GrantOptions = TokenOptions & RoleOptions;

/**
 * The claims of a token from Django's SimpleJWT (see docs/json-websocket.md). Ids
 * are numbers in most Django projects, and texts here.
 */
const userClaims = z.object({
  user_id: z.union([idSchema, z.int()]).transform(String),
  email: z.string().max(320),
  full_name: z.string().max(256),
  role: z.string().max(64),
  exp: z.number(),
  iat: z.number(),
  jti: z.string().max(128),
  token_type: z.enum(['access', 'refresh']),
  sid: z.string().max(128).optional(),
  /** The time of the login, by which a refreshed token is as old as the first. */
  auth_time: z.number().optional(),
});

/** The kinds of token that a login has. */
export type TokenType = z.output<typeof userClaims>['token_type'];

/**
 * Turns an access token of a user into what the user may do: enter every room.
 * The login of an account's token is named, and still has to be looked up.
 *
 * @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID.
 */
export function userGrants(token: string, options: GrantOptions): Grants {
  return grantsOfUser(verifyToken(token, options), options);
}

function grantsOfUser(verified: unknown, options: RoleOptions): Grants {
  const claims = claimsOfType('access', verified);
  const { user_id, full_name, email, role, exp, sid } = claims;
  const name = nameFrom(full_name, MAX_NAME_LENGTH);
  return {
    ...permissionsOf(role, options),
    identity: {
      userId: user_id,
      ...(name !== undefined && { name }),
      email,
      role,
      ...(sid !== undefined && { loginId: sid }),
    },
    rooms: [ANY_ROOM],
    ...times(claims.auth_time ?? claims.iat, exp),
  };
}

/**
 * The user and the login of an account's token, which may have ended.
 *
 * @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID.
 */
export function loginOf(
  token: string,
  type: TokenType,
  options: TokenOptions,
): { userId: number; loginId: string; since: number } {
  const claims = claimsOfType(type, verifyToken(token, options));
  const { user_id, sid, iat, auth_time = iat } = claims;
  const userId = Number(user_id);
  if (sid === undefined || !Number.isSafeInteger(userId)) {
    throw new AppError(
      authErrors.TOKEN_INVALID,
      'token: expected one of an account of this server',
    );
  }
  return { userId, loginId: sid, since: milliseconds(auth_time) };
}

function claimsOfType(
  type: TokenType,
  verified: unknown,
): z.output<typeof userClaims> {
  const claims = claimsOf(userClaims, verified);
  if (claims.token_type !== type) {
    throw new AppError(
      authErrors.TOKEN_TYPE_WRONG,
      `token.token_type: expected "${type}", got "${claims.token_type}"`,
    );
  }
  return claims;
}

/** The claims of a token for calls, of whichever issuer. */
const callerClaims = z
  .object({
    user_id: z.union([idSchema, z.int()]).transform(String).optional(),
    sub: idSchema.optional(),
    username: z.string().max(256).optional(),
    full_name: z.string().max(256).optional(),
    role: z.string().max(64).default('user'),
    iat: z.number().optional(),
    auth_time: z.number().optional(),
    exp: z.number(),
    token_type: z.literal('access').optional(),
    room: z
      .unknown()
      .optional()
      .refine((room) => room === undefined, {
        message: 'expected no token for one room',
      }),
  })
  .refine(({ user_id, sub }) => (user_id ?? sub) !== undefined, {
    message: 'expected an id of the user',
    path: ['user_id'],
  });

/**
 * Turns a token for calls, or an access token of an account, into what its
 * bearer may do. It opens no room by itself. The login of an account's token
 * still has to be looked up.
 *
 * @throws {AppError} TOKEN_INVALID, TOKEN_TYPE_WRONG, TOKEN_EXPIRED,
 *   TOKEN_NOT_YET_VALID.
 */
export function callerGrants(token: string, options: GrantOptions): Grants {
  const verified = verifyToken(token, options);
  if (isOfAccount(verified)) {
    return grantsOfUser(verified, options);
  }
  const claims = claimsOf(callerClaims, verified);
  const { user_id, sub = '', username, full_name, role } = claims;
  const { iat, auth_time = iat, exp } = claims;
  const name = nameFrom(username ?? full_name ?? '', MAX_NAME_LENGTH);
  return {
    ...permissionsOf(role, options),
    identity: {
      userId: user_id ?? sub,
      ...(name !== undefined && { name }),
      role,
    },
    rooms: [],
    ...times(auth_time, exp),
  };
}

/** The claims of a token for one peer; others are ignored. */
const peerClaims = z.object({
  sub: idSchema,
  room: idSchema,
  name: displayNameSchema.optional(),
  role: z.enum(ROLES).default('member'),
  grants: permissionChangesSchema.prefault({}),
  iat: z.number().optional(),
  exp: z.number(),
});

/**
 * Turns the token of a person in a meeting into what its bearer may do.
 *
 * @returns Undefined if the token is something else.
 * @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID.
 */
export function meetingGrants(
  token: string,
  options: TokenOptions,
): Grants | undefined {
  const verified = verifyToken(token, options);
  return has(verified, 'meeting') ? grantsOfMeeting(verified) : undefined;
}

/**
 * Turns a token for one peer, for one person in a meeting, or an access token of
 * an account, into what its bearer may do. The login of an account's token still
 * has to be looked up.
 *
 * @throws {AppError} TOKEN_INVALID, TOKEN_TYPE_WRONG, TOKEN_EXPIRED,
 *   TOKEN_NOT_YET_VALID.
 */
export function peerGrants(token: string, options: GrantOptions): Grants {
  const verified = verifyToken(token, options);
  if (has(verified, 'meeting')) {
    return grantsOfMeeting(verified);
  }
  return isOfAccount(verified)
    ? grantsOfUser(verified, options)
    : grantsOfPeer(verified, options);
}

/** The claims of a token for the room of a meeting. */
const meetingClaims = z.object({
  meeting: z.string(),
  room: z.string().regex(/^session-[\w-]+$/, {
    message: 'expected the room of a session',
  }),
  sub: idSchema,
  name: displayNameSchema.optional(),
  account: idSchema.optional(),
  login: z.string().max(128).optional(),
  iat: z.number().optional(),
  auth_time: z.number().optional(),
  exp: z.number(),
});

function grantsOfMeeting(verified: unknown): Grants {
  const claims = claimsOf(meetingClaims, verified);
  const { room, sub, name, account, login } = claims;
  const { iat, auth_time = iat, exp } = claims;
  return {
    ...ALL_PERMISSIONS,
    identity: {
      userId: sub,
      ...(name !== undefined && { name }),
      role: 'member',
      ...(account !== undefined &&
        login !== undefined && { accountId: account, loginId: login }),
    },
    peerId: sub,
    rooms: [],
    reserved: [room],
    ...times(auth_time, exp),
  };
}

/** The claims of a project's key. */
const projectClaims = z.object({ project: idSchema });

/**
 * The project whose key a token is.
 *
 * @returns Undefined if the token is something else.
 * @throws {AppError} TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID.
 */
export function projectOf(
  token: string,
  options: TokenOptions,
): string | undefined {
  const verified = verifyToken(token, options);
  return has(verified, 'project')
    ? claimsOf(projectClaims, verified).project
    : undefined;
}

function has(verified: unknown, claim: string): boolean {
  return Object.hasOwn(verified as object, claim);
}

function isOfAccount(verified: unknown): boolean {
  return has(verified, 'sid');
}

function grantsOfPeer(verified: unknown, options: RoleOptions): Grants {
  const { sub, room, name, role, grants, iat, exp } = claimsOf(
    peerClaims,
    verified,
  );
  // Tokens from before there was `chat` deny messages by denying data.
  const { chat = grants.data } = grants;
  return {
    ...changed(permissionsOf(role, options), { ...grants, chat }),
    identity: { userId: sub, ...(name !== undefined && { name }), role },
    rooms: [room],
    ...times(iat, exp),
  };
}

/** The times of a token, which in its claims are in seconds. */
function times(
  issued: number | undefined,
  exp: number,
): Required<Pick<Grants, 'issuedAt' | 'expiresAt'>> {
  return { issuedAt: milliseconds(issued ?? 0), expiresAt: exp * 1_000 };
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1_000);
}

/**
 * Tells whether a token that was good at the door still is.
 *
 * @throws {AppError} TOKEN_EXPIRED.
 */
export function requireUnexpired(
  { expiresAt }: Pick<Grants, 'expiresAt'>,
  { clockTolerance }: Pick<TokenOptions, 'clockTolerance'>,
): void {
  if (
    expiresAt !== undefined &&
    Date.now() >= expiresAt + clockTolerance * 1_000
  ) {
    throw expired(new Date(expiresAt));
  }
}

/** @throws {AppError} TOKEN_INVALID, naming the claims that are wrong. */
function claimsOf<Schema extends z.ZodType>(
  schema: Schema,
  claims: unknown,
): z.output<Schema> {
  const checked = check(schema, claims, 'token');
  if (!checked.ok) {
    throw new AppError(authErrors.TOKEN_INVALID, checked.problem);
  }
  return checked.data;
}
