import type { ColumnType, Generated } from 'kysely';

import type {
  CallEndReason,
  CallMode,
  CallStatus,
  CallType,
  ConversationType,
} from './CallStore.ts';
import type { DeliveryStatus } from './WebhookStore.ts';

/** A time in UTC, milliseconds since the epoch. */
type Time = number;

/** A truth value: 0 or 1, which both databases store alike. */
type Flag = 0 | 1;

/** An id that the database assigns; never reused. */
type Id = ColumnType<number, never, never>;

interface UserTable {
  id: Id;
  /** Null once the account was deleted. */
  email: string | null;
  /** The address in lower case, by which it is found; null as `email`. */
  email_key: string | null;
  /** Null where there is none, and once the account was deleted. */
  username: string | null;
  /** The username in lower case, by which it is found; null as `username`. */
  username_key: string | null;
  name: string;
  password_hash: string | null;
  role: string;
  joined_at: Time;
  deleted_at: Time | null;
}

/** One login of a user: all tokens that came of it. */
interface LoginTable {
  id: string;
  user_id: number;
  created_at: Time;
  /** When its refresh token expires, after which the row is of no use. */
  expires_at: Time;
  ended_at: Time | null;
}

interface RoomTable {
  id: Id;
  name: string;
  description: string;
  creator_id: number;
  room_type: 'chat' | 'video';
  created_at: Time;
  is_active: Generated<Flag>;
}

interface MessageTable {
  id: Id;
  room_id: number;
  user_id: number;
  content: string;
  created_at: Time;
}

interface ConversationTable {
  id: string;
  type: ConversationType;
  title: string;
  creator_id: string | null;
  created_at: Time;
}

/** The order of the ids is the order in which members were added. */
interface ConversationMemberTable {
  id: Id;
  conversation_id: string;
  user_id: string;
  username: string;
}

interface ShareLinkTable {
  token_hash: string;
  conversation_id: string;
  expires_at: Time;
}

interface GuestTable {
  token_hash: string;
  id: string;
  conversation_id: string;
  username: string;
  language: string | null;
  expires_at: Time;
}

interface CallTable {
  id: Id;
  /** The id that clients know. */
  call_id: string;
  conversation_id: string;
  type: CallType;
  mode: CallMode;
  status: CallStatus;
  initiator_id: string;
  initiator_name: string;
  created_at: Time;
  expires_at: Time;
  started_at: Time | null;
  /** Null exactly while the call is live. */
  ended_at: Time | null;
  end_reason: CallEndReason | null;
  /** The server that the call is on while it is live. */
  holder: string | null;
  /** When the call counts as left behind, unless the server renews its hold. */
  held_until: Generated<Time>;
}

/** The order of the ids is the order in which participants joined. */
interface CallParticipantTable {
  id: Id;
  /** The id that clients know. */
  participant_id: string;
  call_id: string;
  user_id: string | null;
  guest_id: string | null;
  username: string;
  role: 'initiator' | 'participant';
  joined_at: Time;
  left_at: Time | null;
  kicked: Generated<Flag>;
}

interface TranscriptionTable {
  id: Id;
  /** The id that clients know. */
  transcription_id: string;
  call_id: string;
  participant_id: string;
  text: string;
  language: string;
  spoken_at: Time;
  confidence: number | null;
  /** Texts by language, as JSON. */
  translations: string;
}

interface MeetingTable {
  id: string;
  title: string;
  /** The host as the creator named it. */
  host: string;
  /** The user whose token proves to be the host's; null for none. */
  host_id: string | null;
  project: string | null;
  /** Null where no password is needed. */
  password_hash: string | null;
  created_at: Time;
  /** The last time at which people were in it, or that of its creation. */
  occupied_at: Time;
}

interface MeetingTicketTable {
  ticket_hash: string;
  meeting_id: string;
  peer_id: string;
  name: string | null;
  /** The account and the login of the person; null for one without. */
  account_id: string | null;
  login_id: string | null;
  issued_at: Time;
  expires_at: Time;
}

interface BanTable {
  id: Id;
  /** The id that others know. */
  ban_id: string;
  room_id: string;
  user_id: string | null;
  /** Null if every token of the user is kept out. */
  issued_until: Time | null;
  secret_hash: string | null;
  network: string | null;
  /** Marks of clients, as JSON. */
  spared: string;
  peer_id: string;
  display_name: string;
  banned_by: string;
  created_at: Time;
  /** Null for a permanent ban. */
  expires_at: Time | null;
}

interface AuditTable {
  id: Id;
  at: Time;
  action: string;
  gateway: string;
  room_id: string | null;
  actor_id: string | null;
  actor_peer_id: string | null;
  actor_name: string | null;
  target_id: string | null;
  target_peer_id: string | null;
  target_name: string | null;
  /** As JSON. */
  details: string;
}

interface ServerRoomTable {
  id: string;
  /** Null for as many as any room takes. */
  max_peers: number | null;
  /** In ms. */
  empty_timeout: number;
  /** An object of JSON. */
  metadata: string;
  /** 1 if it opens locked. */
  locked: number;
  /** 1 if it opens with its lobby switched on. */
  lobby: number;
  created_at: Time;
  /** Grows with each change. */
  version: number;
}

/** The number of the last event of each room, for as long as events are kept. */
interface WebhookRoomTable {
  room_id: string;
  last_sequence: number;
  updated_at: Time;
}

/** The order of the ids is the order in which the events happened in a room. */
interface WebhookEventTable {
  id: Id;
  /** The id that receivers know. */
  event_id: string;
  type: string;
  /** Null for an event of no room; then there is no sequence either. */
  room_id: string | null;
  sequence: number | null;
  at: Time;
  /** An object of JSON. */
  data: string;
}

/** The users that an event is about. */
interface WebhookPersonTable {
  /** The row of the event. */
  event: number;
  user_id: string;
}

interface WebhookDeliveryTable {
  id: Id;
  /** The row of the event. */
  event: number;
  endpoint_id: string;
  /** The room of the event. */
  room_id: string | null;
  status: DeliveryStatus;
  /** The attempts that have begun. */
  attempts: number;
  created_at: Time;
  /** When it is due: the next attempt, or the end of the claim on this one. */
  next_at: Time;
  /** The last change. */
  updated_at: Time;
  /** The status of the last answer; null without one. */
  response_status: number | null;
  /** The failure of the last attempt; null if there was none. */
  error: string | null;
}

/** Receivers that have said that they are gone for good. */
interface WebhookEndpointTable {
  id: string;
  /** The URL that is gone. */
  url: string;
  disabled_at: Time;
}

interface ProbeTable {
  id: number;
  written_at: Time;
}

/** The tables of the database; migrations create them. */
export interface Tables {
  users: UserTable;
  logins: LoginTable;
  rooms: RoomTable;
  messages: MessageTable;
  conversations: ConversationTable;
  conversation_members: ConversationMemberTable;
  share_links: ShareLinkTable;
  guests: GuestTable;
  calls: CallTable;
  call_participants: CallParticipantTable;
  transcriptions: TranscriptionTable;
  meetings: MeetingTable;
  meeting_tickets: MeetingTicketTable;
  bans: BanTable;
  audit_log: AuditTable;
  server_rooms: ServerRoomTable;
  webhook_rooms: WebhookRoomTable;
  webhook_events: WebhookEventTable;
  webhook_people: WebhookPersonTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_endpoints: WebhookEndpointTable;
  probes: ProbeTable;
}
