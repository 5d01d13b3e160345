import jwt from 'jsonwebtoken';

import type { SigningKey } from '../auth/signingKey.ts';
import type { Live } from '../core/Live.ts';
import type { TicketRecord } from '../store/MeetingStore.ts';
import { liveRoomIdOf } from './ids.ts';
import type { MeetingsOptions } from './options.ts';

/** Signs the tokens with which people enter the live rooms of meetings. */
export class MeetingTokens {
  readonly #key: () => SigningKey;
  readonly #options: Live<MeetingsOptions>;

  constructor(key: () => SigningKey, options: Live<MeetingsOptions>) {
    this.#key = key;
    this.#options = options;
  }

  /**
   * Makes sure that tokens can be signed.
   *
   * @throws {AppError} NOT_FOUND when no key of the server can sign.
   */
  requireKey(): void {
    this.#key();
  }

  /** Signs the token of the person who has a ticket. */
  sign({ meetingId, peerId, name, login, issuedAt }: TicketRecord): string {
    const { algorithm, kid, secret } = this.#key();
    return jwt.sign(
      {
        meeting: meetingId,
        room: liveRoomIdOf(meetingId),
        // As exact as the ticket: both may be from right after a removal.
        auth_time: issuedAt.getTime() / 1_000,
        ...(name !== undefined && { name }),
        ...(login && { account: login.accountId, login: login.loginId }),
      },
      secret,
      {
        algorithm,
        subject: peerId,
        expiresIn: Math.floor(this.#options.tokenLifetime / 1_000),
        ...(kid !== undefined && { keyid: kid }),
      },
    );
  }
}
