import type { Accounts } from './accounts/Accounts.ts';
import { createAccounts } from './accounts/createAccounts.ts';
import { PasswordHasher } from './accounts/PasswordHasher.ts';
import { Profiles } from './accounts/Profiles.ts';
import { EndedLogins } from './accounts/EndedLogins.ts';
import { LoginThrottle } from './accounts/LoginThrottle.ts';
import { LoginUpkeep } from './accounts/LoginUpkeep.ts';
import { UserAuthenticator } from './auth/UserAuthenticator.ts';
import type { Calls } from './calls/Calls.ts';
import { createCalls } from './calls/createCalls.ts';
import { CallRecords } from './calls/LiveCallRooms.ts';
import { openConversations } from './calls/openConversations.ts';
import type { ConversationServices } from './calls/openConversations.ts';
import { ChatRecords } from './chat/ChatRecords.ts';
import { ChatRooms } from './chat/ChatRooms.ts';
import { liveRoomIdOf } from './chat/liveRoomIds.ts';
import { relayToLiveRooms } from './chat/relayToLiveRooms.ts';
import { shareDeletions } from './chat/shareDeletions.ts';
import type { NodeBus } from './cluster/NodeBus.ts';
import type { RoomDirectory } from './cluster/RoomDirectory.ts';
import type { LiveSections } from './config/LiveConfig.ts';
import type { Metrics } from './core/metrics.ts';
import { EventFeed } from './feed/EventFeed.ts';
import type { AttemptWindow } from './limits/AttemptWindow.ts';
import type { SampledLog } from './limits/SampledLog.ts';
import type { WorkerPool } from './media/WorkerPool.ts';
import { createMeetings } from './meetings/createMeetings.ts';
import { AuditLog } from './moderation/AuditLog.ts';
import { AddedBans } from './moderation/AddedBans.ts';
import { Bans } from './moderation/Bans.ts';
import { ModerationUpkeep } from './moderation/ModerationUpkeep.ts';
import type { MeetingServices } from './meetings/createMeetings.ts';
import { LiveMeetings } from './meetings/LiveMeetings.ts';
import { MeetingRecords } from './meetings/MeetingRecords.ts';
import { PasswordGate } from './meetings/PasswordGate.ts';
import { ProvisionedRecords } from './provisioning/ProvisionedRecords.ts';
import { ProvisionedRooms } from './provisioning/ProvisionedRooms.ts';
import { RecordsByPrefix } from './rooms/RecordsByPrefix.ts';
import { RoomRegistry } from './rooms/RoomRegistry.ts';
import type { Store } from './store/Store.ts';
import type { WebhookTransport } from './webhooks/WebhookTransport.ts';
import { Webhooks } from './webhooks/Webhooks.ts';

/** The parts of a server that its domain is built on. */
interface Foundation {
  readonly pool: WorkerPool;
  readonly store: Store;
  readonly config: LiveSections;
  readonly metrics: Metrics;
  readonly log: SampledLog;
  readonly webhookTransport: WebhookTransport;
  readonly directory: RoomDirectory;
  /** The links to other nodes of a cluster, if the server is in one. */
  readonly bus: NodeBus | undefined;
}

/** The domain of a server, which knows no wire. */
export class Domain {
  /** The live rooms. */
  readonly registry: RoomRegistry;
  /** The users, with their passwords and logins. */
  readonly accounts: Accounts;
  /** The accounts as others see and change them. */
  readonly profiles: Profiles;
  /** Verifies the tokens of users, those of other issuers included. */
  readonly authenticator: UserAuthenticator;
  /** The lasting rooms. */
  readonly chatRooms: ChatRooms;
  readonly conversations: ConversationServices;
  /** The attempts that count together at all nodes of a cluster, by their kinds. */
  readonly attempts: Readonly<Record<string, AttemptWindow>>;
  /** The calls in conversations. */
  readonly calls: Calls;
  /** Sessions with a title and a password. */
  readonly meetings: MeetingServices;
  /** The rooms as operators see them. */
  readonly rooms: ProvisionedRooms;
  readonly #provisioned: ProvisionedRecords;
  /** The bans from rooms. */
  readonly bans: Bans;
  /** The log of moderation. */
  readonly auditLog: AuditLog;
  /** Events for the backends of operators. */
  readonly webhooks: Webhooks;
  /** The events of the server, for operators. */
  readonly feed: EventFeed;
  readonly #addedBans: AddedBans;
  readonly #moderationUpkeep: ModerationUpkeep;
  readonly #loginUpkeep: LoginUpkeep;
  readonly #endedLogins: EndedLogins;

  constructor({
    pool,
    store,
    config,
    metrics,
    log,
    webhookTransport,
    directory,
    bus,
  }: Foundation) {
    this.webhooks = new Webhooks(
      store.webhooks,
      webhookTransport,
      config.webhooks,
      metrics,
    );
    this.chatRooms = new ChatRooms(
      store.rooms,
      store.messages,
      () => config.chat,
      (roomId, message) =>
        this.webhooks.messageEvents(liveRoomIdOf(roomId), roomId, message),
    );
    this.chatRooms.on('message', () => this.webhooks.wake());
    const callRecords = new CallRecords();
    const liveMeetings = new LiveMeetings(directory);
    this.#provisioned = new ProvisionedRecords(store.serverRooms);
    this.bans = new Bans(
      store.bans,
      config.moderation,
      () => config.rooms.bansPerRoom,
    );
    this.#addedBans = new AddedBans(store.bans, (ban) =>
      this.bans.noteStored(ban),
    );
    this.auditLog = new AuditLog(store.audit, config.moderation);
    this.feed = new EventFeed(config.limits);
    this.auditLog.onRecord((entry) => this.feed.noteAct(entry));
    this.#moderationUpkeep = new ModerationUpkeep(
      store.bans,
      store.audit,
      config.moderation,
    );
    this.registry = new RoomRegistry(pool, config, metrics, log, {
      directory,
      bans: this.bans,
      moderationLog: this.auditLog,
      observers: [this.webhooks.rooms, this.feed],
      records: new RecordsByPrefix(
        {
          'chat-': new ChatRecords(this.chatRooms),
          'call-': callRecords,
          'session-': new MeetingRecords(
            store.meetings,
            liveMeetings,
            config.meetings,
          ),
        },
        this.#provisioned,
      ),
    });
    this.rooms = new ProvisionedRooms(
      store.serverRooms,
      this.#provisioned,
      this.registry,
      config,
    );
    relayToLiveRooms(this.chatRooms, this.registry);
    if (bus !== undefined) {
      shareDeletions(this.chatRooms, this.registry, bus);
    }
    const hasher = new PasswordHasher(() => config.accounts);
    const throttle = new LoginThrottle(() => config.accounts);
    this.accounts = createAccounts(store, config, hasher, throttle);
    const gate = new PasswordGate(hasher, config.meetings);
    this.attempts = {
      failedLogins: throttle.failures,
      registrations: throttle.registrations,
      wrongSessionPasswords: gate.failures,
    };
    this.profiles = new Profiles(store.users, hasher);
    this.#loginUpkeep = new LoginUpkeep(store.logins);
    this.#endedLogins = new EndedLogins(store.logins, (login) =>
      this.accounts.emit('loginEnded', login),
    );
    this.authenticator = new UserAuthenticator(config.auth, this.accounts);
    this.conversations = openConversations(store, config, this.authenticator);
    this.calls = createCalls(
      {
        store: store.calls,
        conversations: this.conversations.directory,
        registry: this.registry,
        bans: this.bans,
        records: callRecords,
        observer: this.webhooks.calls,
        bus,
      },
      config,
    );
    this.conversations.conversations?.onMemberRemoved((id, userId) => {
      this.calls.removeMember(id, userId);
    });
    this.meetings = createMeetings(
      {
        store: store.meetings,
        live: liveMeetings,
        registry: this.registry,
        bans: this.bans,
        gate,
        users: this.authenticator,
      },
      config,
    );
  }

  /** Reads the parts of the store that must be known before clients connect. */
  async open(): Promise<void> {
    // Calls that are ended are events.
    await this.webhooks.open();
    await this.calls.endInterrupted();
    await this.#provisioned.load();
  }

  /** Stops everything that queries the store and other services on its own. */
  async close(): Promise<void> {
    this.authenticator.close();
    await Promise.all([
      this.bans.close(),
      this.#addedBans.close(),
      this.auditLog.close(),
      this.webhooks.close(),
      this.#moderationUpkeep.close(),
      this.#loginUpkeep.close(),
      this.#endedLogins.close(),
      this.conversations.close(),
      this.meetings.upkeep.close(),
    ]);
  }
}
