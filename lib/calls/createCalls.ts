import { hostname } from 'node:os';

import type { Live } from '../core/Live.ts';
import type { Limits } from '../limits/options.ts';
import type { RoomBans } from '../rooms/RoomBans.ts';
import type { RoomRegistry } from '../rooms/RoomRegistry.ts';
import type { Calls as CallStore } from '../store/CallStore.ts';
import type { CallObserver } from './CallObserver.ts';
import type { NodeBus } from '../cluster/NodeBus.ts';
import { Calls } from './Calls.ts';
import { ClusterCalls } from './ClusterCalls.ts';
import type { CallServices } from './CallStarts.ts';
import type { ConversationDirectory } from './ConversationDirectory.ts';
import { LiveCallRooms } from './LiveCallRooms.ts';
import type { CallRecords } from './LiveCallRooms.ts';
import type { CallsOptions } from './options.ts';
import { Translator } from './Translator.ts';

/** Parts of the server that calls are built on. */
interface CallSurroundings {
  readonly store: CallStore;
  readonly conversations: ConversationDirectory;
  readonly registry: RoomRegistry;
  readonly bans: RoomBans;
  /** Those that the registry finds the rooms of calls by. */
  readonly records: CallRecords;
  readonly observer?: CallObserver | undefined;
  /** The links to other nodes of a cluster, if this server is in one. */
  readonly bus?: NodeBus | undefined;
}

/** Puts the calls of a server together. The translator and the name are fixed. */
export function createCalls(
  {
    store,
    conversations,
    registry,
    bans,
    records,
    observer,
    bus,
  }: CallSurroundings,
  config: {
    readonly calls: Live<CallsOptions>;
    readonly limits: Live<Limits>;
    readonly listen: { readonly port: number };
  },
): Calls {
  const { calls: options, limits } = config;
  const { translator, server = `${hostname()}:${config.listen.port}` } =
    options;
  const services: CallServices = {
    store,
    conversations,
    bans,
    rooms: new LiveCallRooms(registry, records, options),
    limits,
    options,
    server,
    observer,
    translator:
      translator.url === undefined
        ? undefined
        : new Translator(translator.url, translator),
  };
  return bus === undefined
    ? new Calls(services)
    : new ClusterCalls(services, bus);
}
