import { AppError, coreErrors } from '../../core/errors.ts';
import type { AuditLog } from '../../moderation/AuditLog.ts';
import type { Bans } from '../../moderation/Bans.ts';
import type { AuditRecord } from '../../store/ModerationStore.ts';
import type { Ban } from '../../rooms/RoomBans.ts';
import type { ApiAudit } from './ApiAudit.ts';
import type { banRoutes } from './banRoutes.ts';
import { adminErrors } from './errors.ts';
import { page, pageIn, placeIn } from './paging.ts';
import type { ApiHandlers } from './routeParts.ts';

/** The functions that serve bans and the audit log. */
export function banHandlers(
  bans: Bans,
  auditLog: AuditLog,
  audit: ApiAudit,
): ApiHandlers<typeof banRoutes> {
  return {
    async listServerBans({ query }) {
      const request = pageIn(query);
      const found = await bans.list({
        roomId: query.roomId,
        after: placeIn(request),
        limit: request.limit + 1,
      });
      return { status: 200, body: page(request, found, placeOf, shownBan) };
    },

    createServerBan({ user, body: { roomId, userId, network, ttl } }) {
      if (userId === undefined && network === undefined) {
        throw new AppError(
          coreErrors.VALIDATION_ERROR,
          'userId, network: expected at least one, got neither',
        );
      }
      const ban = bans.add({
        roomId,
        userId,
        network,
        spared: [],
        peerId: '',
        displayName: '',
        bannedBy: user.keyId,
        expiresAt:
          ttl === undefined ? undefined : new Date(Date.now() + ttl * 1_000),
      });
      const { id: banId } = ban;
      const target = userId === undefined ? undefined : { id: userId };
      audit.record(user, 'addBan', {
        roomId,
        target,
        details: { banId, network, ttl },
      });
      return { status: 201, body: shownBan(ban) };
    },

    async liftServerBan({ user, parameters: { banId } }) {
      if (!(await bans.lift(banId))) {
        throw new AppError(
          adminErrors.BAN_NOT_FOUND,
          `banId: there is no ban ${JSON.stringify(banId)}`,
        );
      }
      audit.record(user, 'liftBan', { details: { banId } });
      return { status: 204 };
    },

    async listServerAudit({ query }) {
      const request = pageIn(query);
      const { roomId, actorId, targetId, action, from, until } = query;
      const found = await auditLog.list(
        {
          roomId,
          actorId,
          targetId,
          action,
          from: dateIn(from),
          until: dateIn(until),
        },
        { before: placeIn(request), limit: request.limit + 1 },
      );
      return { status: 200, body: page(request, found, placeOf, shownEntry) };
    },
  };
}

function placeOf({ place }: { place: number }): string {
  return String(place);
}

function dateIn(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

/** A ban as the API shows it, without the secret of the client. */
function shownBan(ban: Ban & { readonly createdAt?: Date }) {
  const { id: banId, roomId, userId, network, bannedBy } = ban;
  return {
    banId,
    roomId,
    userId,
    network,
    tokensIssuedUntil: ban.issuedUntil?.toISOString(),
    ...(ban.peerId !== '' && { peerId: ban.peerId }),
    ...(ban.displayName !== '' && { displayName: ban.displayName }),
    bannedBy,
    createdAt: ban.createdAt?.toISOString(),
    expiresAt: ban.expiresAt?.toISOString(),
  };
}

function shownEntry({
  at,
  action,
  gateway,
  roomId,
  actor,
  target,
  details,
}: AuditRecord) {
  return {
    at: at.toISOString(),
    action,
    contract: gateway,
    roomId,
    actor: { ...actor },
    target: target && { ...target },
    details,
  };
}
