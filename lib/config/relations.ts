import type { Config } from './schema.ts';

type Section = keyof Config;

/** The path of an option, such as `limits.peers`. */
type Option = {
  [Name in Section]: `${Name}.${keyof Config[Name] & string}`;
}[Section];

/** An option that has to be at least another, or a multiple of it. */
interface Relation {
  option: Option;
  atLeast: Option;
  /** 1 unless given. */
  times?: number;
  /** The consequence where it is less. */
  otherwise: string;
  /** `wrong` stops the start, `warning` is logged. */
  severity: 'wrong' | 'warning';
}

/**
 * Options that make sense only together, checked at the start and whenever the
 * configuration is reloaded.
 */
const RELATIONS: readonly Relation[] = [
  {
    option: 'limits.sendBufferBytesInAll',
    atLeast: 'limits.sendBufferBytes',
    otherwise: 'the limit of one connection has no effect',
    severity: 'warning',
  },
  {
    option: 'limits.keptBytesPerPeer',
    atLeast: 'limits.appDataBytesPerPeer',
    otherwise: 'one peer can put out others by what it attaches to its tracks',
    severity: 'warning',
  },
  {
    option: 'limits.answerBytes',
    atLeast: 'limits.answerBytesPerPeer',
    otherwise: 'the limit of one peer has no effect',
    severity: 'warning',
  },
  {
    option: 'limits.peers',
    atLeast: 'limits.peersPerAddress',
    otherwise: 'the limit by address has no effect',
    severity: 'warning',
  },
  {
    option: 'limits.peers',
    atLeast: 'rooms.maxPeers',
    otherwise: 'a room never takes as many',
    severity: 'warning',
  },
  {
    option: 'rooms.maxPeers',
    atLeast: 'calls.maxParticipants',
    otherwise: 'not all participants of a call fit into its room',
    severity: 'warning',
  },
  {
    option: 'rooms.maxPeers',
    atLeast: 'meetings.maxPeers',
    otherwise: 'the room of a session is too small for its people',
    severity: 'warning',
  },
  {
    option: 'limits.rooms',
    atLeast: 'limits.roomsPerAddress',
    otherwise: 'the limit by address has no effect',
    severity: 'warning',
  },
  {
    option: 'limits.pendingConnections',
    atLeast: 'limits.pendingConnectionsPerAddress',
    otherwise: 'the limit by address has no effect',
    severity: 'warning',
  },
  {
    option: 'limits.pendingConnectionsPerAddress',
    atLeast: 'limits.peersPerAddress',
    otherwise: 'a crowd behind one address cannot come at once',
    severity: 'warning',
  },
  {
    option: 'limits.connections',
    atLeast: 'limits.peers',
    otherwise: 'so many peers cannot be connected',
    severity: 'warning',
  },
  {
    option: 'limits.connections',
    atLeast: 'limits.connectionsPerAddress',
    otherwise: 'the limit by address has no effect',
    severity: 'warning',
  },
  {
    option: 'limits.connectionsPerAddress',
    atLeast: 'limits.peersPerAddress',
    otherwise: 'a crowd behind one address cannot be connected',
    severity: 'warning',
  },
  {
    option: 'limits.producersPerPeer',
    atLeast: 'limits.producersPerSource',
    otherwise: 'the limit by source has no effect',
    severity: 'warning',
  },
  {
    option: 'limits.handshakeBurst',
    atLeast: 'limits.peersPerAddress',
    otherwise: 'a crowd behind one address cannot come at once',
    severity: 'warning',
  },
  {
    option: 'limits.admissionBurst',
    atLeast: 'limits.peersPerAddress',
    otherwise: 'a crowd behind one address is not told why it is refused',
    severity: 'warning',
  },
  {
    option: 'limits.requestBurst',
    atLeast: 'limits.peersPerAddress',
    times: 10,
    otherwise: 'a crowd behind one address cannot load the page at once',
    severity: 'warning',
  },
];

/** The relations of one severity that a configuration breaks, in sentences. */
export function brokenRelations(
  config: Config,
  severity: Relation['severity'],
): string[] {
  return RELATIONS.flatMap((relation) => {
    const { option, atLeast, times = 1, otherwise } = relation;
    const got = valueOf(config, option);
    const least = valueOf(config, atLeast) * times;
    const name = times === 1 ? atLeast : `${times} times ${atLeast}`;
    return relation.severity === severity && got < least
      ? [
          `${option}: expected at least ${name} (${least}), because otherwise ${otherwise}, got ${got}`,
        ]
      : [];
  });
}

/** The value of an option that is a number; Infinity where it is not set. */
function valueOf(config: Config, option: Option): number {
  const [section, name] = option.split('.') as [Section, string];
  const value = (config[section] as Record<string, unknown>)[name];
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}
