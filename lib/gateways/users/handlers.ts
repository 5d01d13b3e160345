import type { IncomingMessage } from 'node:http';

import type { AccountUser } from '../../accounts/AccountAuthenticator.ts';
import type { Accounts } from '../../accounts/Accounts.ts';
import { accountErrors } from '../../accounts/errors.ts';
import type { AccountsOptions } from '../../accounts/options.ts';
import type { Profiles } from '../../accounts/Profiles.ts';
import { ACCOUNT_ROLES } from '../../accounts/roles.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { Live } from '../../core/Live.ts';
import type { RouteHandlers } from '../../http/RouteSpec.ts';
import { networkOf } from '../../limits/network.ts';
import type { AccessOptions } from '../../limits/options.ts';
import type { UserRecord } from '../../store/Store.ts';
import type { routeContract } from './routes.ts';

/** The domain objects that the contract acts on, and their options. */
export interface UserServices {
  readonly accounts: Accounts;
  readonly profiles: Profiles;
  readonly options: Live<AccountsOptions>;
}

/** The functions that serve the resources of the contract. */
export function routeHandlers(
  { accounts, profiles, options }: UserServices,
  access: AccessOptions,
): RouteHandlers<typeof routeContract, AccountUser> {
  const from = (request: IncomingMessage): string =>
    networkOf(request, access.trustProxy);

  return {
    async authenticate({ body: { username, password }, request }) {
      const { access: token, user } = await accounts.login(
        username,
        password,
        from(request),
        options.issuer,
      );
      return { status: 200, body: { token, user: identityOf(user) } };
    },

    async listUsers({ user, query: { after = 0, limit = Infinity } }) {
      const most = Math.min(limit, options.listedUsers);
      const listed = await profiles.list({ after, limit: most });
      return { status: 200, body: listed.map((it) => shown(it, user)) };
    },

    async showUser({ user, parameters: { id } }) {
      return { status: 200, body: shown(await profiles.get(idOf(id)), user) };
    },

    async createUser({ body, request }) {
      const { username, password, name = username, email = '' } = body;
      const user = await accounts.register(
        { username, password, name, email },
        from(request),
      );
      return { status: 201, body: identityOf(user) };
    },

    async updateUser({ user, parameters: { id }, body, request }) {
      const own = requireOwn(user, id);
      if (body.role !== undefined && !isAdmin(user)) {
        throw new AppError(
          coreErrors.FORBIDDEN,
          'role: expected nothing, because only the role admin may change it, got a role',
        );
      }
      const network = from(request);
      if (body.email !== undefined && !isAdmin(user)) {
        accounts.takeAddressChange(network);
      }
      const changed = await profiles.change(own, body, network);
      return { status: 200, body: shown(changed, user) };
    },

    async deleteUser({ user, parameters: { id } }) {
      const own = requireOwn(user, id);
      await profiles.get(own);
      await accounts.delete(own);
      return { status: 204 };
    },
  };
}

function isAdmin({ record }: AccountUser): boolean {
  return record.role === 'admin';
}

/**
 * The id of an account that a user may change.
 *
 * @throws {AppError} FORBIDDEN, USER_NOT_FOUND.
 */
function requireOwn(user: AccountUser, id: string): number {
  const own = idOf(id);
  if (user.record.id !== own && !isAdmin(user)) {
    throw new AppError(
      coreErrors.FORBIDDEN,
      `id: expected "${user.record.id}" as in the token, got "${own}"; only the role admin may change and delete others`,
    );
  }
  return own;
}

/** @throws {AppError} USER_NOT_FOUND when no user can have the id. */
function idOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new AppError(
      accountErrors.USER_NOT_FOUND,
      `id: expected that of a user, got ${JSON.stringify(text.slice(0, 60))}`,
    );
  }
  return Number(text);
}

function identityOf({ id, username, name }: UserRecord): {
  id: string;
  name: string;
} {
  return { id: String(id), name: username || name };
}

/** A user as one who asks may see it. */
function shown(record: UserRecord, viewer: AccountUser) {
  const { id, name: displayName, email } = record;
  const role = ACCOUNT_ROLES.find((it) => it === record.role);
  return id === viewer.record.id || isAdmin(viewer)
    ? { ...identityOf(record), displayName, email, role }
    : identityOf(record);
}
