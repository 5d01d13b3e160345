import type { z } from 'zod';

import type {
  MessageRecord,
  RoomRecord,
  UserRecord,
} from '../../store/Store.ts';
import type { accountShape, messageShape, roomShape } from './shapes.ts';

/** An account as the contract has it. */
export function accountOf({
  id,
  email,
  name,
  joinedAt,
}: UserRecord): z.output<typeof accountShape> {
  return { id, email, name, date_joined: joinedAt.toISOString() };
}

/** A room as the contract has it. */
export function roomOf({
  id,
  name,
  description,
  creator,
  type,
  createdAt,
}: RoomRecord): z.output<typeof roomShape> {
  return {
    id,
    name,
    description,
    creator,
    room_type: type,
    created_at: createdAt.toISOString(),
    is_active: true,
  };
}

/** A message as the contract has it, over HTTP and on the socket. */
export function messageOf({
  id,
  user,
  content,
  createdAt,
}: MessageRecord): z.output<typeof messageShape> {
  return { id, user, content, created_at: createdAt.toISOString() };
}
