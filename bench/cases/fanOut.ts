import type { BenchCase, Outcome, Round, Subject } from '../BenchCase.ts';
import { connectBare } from '../clients/bare.ts';
import { eachOf } from '../clients/eachOf.ts';
import { Signaller } from '../clients/Signaller.ts';
import { Tally } from '../clients/Tally.ts';
import type { AtriumApi } from '../processes/atrium.ts';
import { Child } from '../processes/Child.ts';
import type { WebSocketsApi } from '../processes/webSockets.ts';
import { percentile } from '../statistics.ts';

const MESSAGE = JSON.stringify({
  data: { text: 'Somebody says something that fits into one line of a chat.' },
});
const HEARD = '{"notification":true,"method":"message"';

/** What the floor sends: as long as the event is. */
const FRAME = `${HEARD},"data":{"from":"peer-0",${MESSAGE.slice(1)}}`;

const eventsIn = (seconds: number) => Math.max(2, Math.round(seconds * 6));

/** One event that everybody in a large room hears. */
export const fanOut: BenchCase = {
  letter: 'e',
  name: 'fan-out',
  summary:
    'One member of a room says something to all others, again and again: from the sending until the last has heard it.',
  floor: 'A server that sends the same frame to as many sockets over TLS.',
  sizeName: 'peers',
  sizes: { full: [100, 300, 1_000], quick: [100, 300], smoke: [20] },
  figures: {
    p50: { what: 'until the last has it, p50', unit: 'ms' },
    p99: { what: 'until the last has it, p99', unit: 'ms' },
    cpu: { what: 'CPU of the server process for one receiver', unit: 'µs' },
  },
  work: ({ size, seconds }) => ({ heard: (size - 1) * eventsIn(seconds) }),
  growth: { figure: 'p50', over: 'peers', amount: (size) => size },
  targets: [],

  async open() {
    const server = await Child.start<AtriumApi>('atrium.ts', {
      rooms: { maxPeers: 10_000 },
    });
    const url = await server.ask('url');
    return subjectOf(server, async (size, onHeard) => {
      const members = await eachOf(
        Array.from({ length: size }, (_, place) => place),
        (place) => enter(url, `room-of-${size}`, `peer-${place}`, onHeard),
      );
      return () => {
        void members[0]?.request('sendMessage', MESSAGE);
      };
    });
  },

  async openFloor() {
    const floor = await Child.start<WebSocketsApi>('webSockets.ts');
    const url = await floor.ask('url');
    return subjectOf(floor, async (size, onHeard) => {
      const sockets = await eachOf(Array.from({ length: size }), async () => {
        const socket = await connectBare(`${url}/room-of-${size}`);
        socket.on('message', (data: Buffer) => {
          if (data.toString().startsWith(HEARD)) {
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
): Promise<Signaller> {
  const member = await Signaller.connect(url, roomId, peerId, (frame) => {
    if (frame.startsWith(HEARD)) {
      onHeard();
    }
  });
  await member.request('joinRoom', JSON.stringify({ roomId, peerId }));
  return member;
}

/**
 * Sends events into rooms, which stand from the first round to the last.
 *
 * @param gather - Fills a room; returns what sends one event into it.
 */
function subjectOf(
  child: Child<Pick<AtriumApi, 'cpu'>>,
  gather: (size: number, onHeard: () => void) => Promise<() => void>,
): Subject {
  let hearing = new Tally(0);
  const rooms = new Map<number, () => void>();
  const round = async ({ size, seconds }: Round): Promise<Outcome> => {
    let send = rooms.get(size);
    if (send === undefined) {
      send = await gather(size, () => hearing.add());
      rooms.set(size, send);
    }
    const busy = await child.ask('cpu');
    const times: number[] = [];
    let heard = 0;
    while (times.length < eventsIn(seconds)) {
      hearing = new Tally(size - 1);
      const since = performance.now();
      send();
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
