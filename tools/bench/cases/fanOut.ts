import type { BenchCase, Outcome, Round, Subject } from '../BenchCase.ts';
import { connectBare } from '../clients/bare.ts';
import { eachOf } from '../clients/eachOf.ts';
import { ProtooConnection } from '../../fixtures/ProtooConnection.ts';
import { Tally } from '../clients/Tally.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import { Child } from '../processes/Child.ts';
import type { WebSocketsApi } from '../processes/webSockets.ts';
import { percentile } from '../statistics.ts';

const MESSAGE = JSON.stringify({
  data: { text: 'Somebody says something that fits into one line of a chat.' },
});
const HEARD = '"method":"message"';

/** The message of the baseline, as long as the event. */
const FRAME = `{"notification":true,"seq":1,${HEARD},"data":{"from":"peer-0",${MESSAGE.slice(1)}}`;

/**
 * The number of peers that receive in turn, whatever the size of their rooms.
 */
const CROWD = 1_000;
const MOST_ROOMS = 10;

const roomsOf = (size: number) =>
  Math.min(Math.round(CROWD / size), MOST_ROOMS);

const eventsIn = (size: number, seconds: number) =>
  roomsOf(size) * Math.round(seconds * 6);

/** One event to all peers of a large room. */
export const fanOut: BenchCase = {
  letter: 'e',
  name: 'fan-out',
  summary:
    'One member of a room sends a message to all others; the time runs from sending until the last member has received it. There are 10 rooms of 100, 3 of 300 and one of 1,000, which take turns, so that the data of a peer has left the caches of the processor when it is needed again, in small and large rooms alike.',
  baseline: 'A server that sends the same frame to as many sockets over TLS.',
  sizeName: 'peers',
  sizes: { full: [100, 300, 1_000], quick: [100, 300], smoke: [20] },
  figures: {
    p50: { what: 'until the last receiver has the event, p50', unit: 'ms' },
    p99: { what: 'until the last receiver has the event, p99', unit: 'ms' },
    cpu: { what: 'CPU of the server process per receiver', unit: 'µs' },
  },
  work: ({ size, seconds }) => ({
    heard: (size - 1) * eventsIn(size, seconds),
  }),
  growth: { figure: 'p50', over: 'peers', amount: (size) => size },
  targets: [],

  async open() {
    const server = await Child.start<AtriumApi>('atrium.ts', {
      rooms: { maxPeers: 10_000 },
    });
    const url = await server.ask('url');
    return subjectOf(server, async (roomId, size, onHeard) => {
      const members = await eachOf(
        Array.from({ length: size }, (_, place) => place),
        (place) => enter(url, roomId, `peer-${place}`, onHeard),
      );
      return () => {
        void members[0]?.requestJson('sendMessage', MESSAGE);
      };
    });
  },

  async openBaseline() {
    const baseline = await Child.start<WebSocketsApi>('webSockets.ts');
    const url = await baseline.ask('url');
    return subjectOf(baseline, async (roomId, size, onHeard) => {
      const sockets = await eachOf(Array.from({ length: size }), async () => {
        const socket = await connectBare(`${url}/${roomId}`);
        socket.on('message', (data: Buffer) => {
          if (data.toString().includes(HEARD)) {
            onHeard();
          }
        });
        return socket;
      });
      return () => sockets[0]?.send(FRAME);
    });
  },
};

/** Joins without media. */
async function enter(
  url: string,
  roomId: string,
  peerId: string,
  onHeard: () => void,
): Promise<ProtooConnection> {
  const member = await ProtooConnection.connect(url, roomId, peerId);
  member.on('frame', (frame) => {
    if (frame.includes(HEARD)) {
      onHeard();
    }
  });
  await member.request('joinRoom', { roomId, peerId });
  return member;
}

/** Fills a room. @returns What sends one event into it. */
type Gather = (
  roomId: string,
  size: number,
  onHeard: () => void,
) => Promise<() => void>;

/** Sends events into rooms, which stand from the first round to the last. */
function subjectOf(
  child: Child<Pick<AtriumApi, 'cpu'>>,
  gather: Gather,
): Subject {
  let hearing = new Tally(0);
  const standing = new Map<number, (() => void)[]>();
  const open = async (size: number): Promise<(() => void)[]> => {
    const rooms: (() => void)[] = [];
    while (rooms.length < roomsOf(size)) {
      const roomId = `${rooms.length}-of-${size}`;
      rooms.push(await gather(roomId, size, () => hearing.add()));
    }
    standing.set(size, rooms);
    return rooms;
  };
  const round = async ({ size, seconds }: Round): Promise<Outcome> => {
    const rooms = standing.get(size) ?? (await open(size));
    const busy = await child.ask('cpu');
    const times: number[] = [];
    let heard = 0;
    while (times.length < eventsIn(size, seconds)) {
      hearing = new Tally(size - 1);
      const since = performance.now();
      rooms[times.length % rooms.length]?.();
      await hearing.reached;
      times.push(performance.now() - since);
      heard += hearing.count;
    }
    const cpu = (await child.ask('cpu')) - busy;
    return {
      figures: {
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
        cpu: (cpu / heard) * 1_000,
      },
      done: { heard },
    };
  };
  return { round, close: () => child.close() };
}
