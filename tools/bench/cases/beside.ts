import { fillRoom } from '../against/fillRoom.ts';
import { cpuOf, otherServer } from '../against/OtherServer.ts';
import type { Protocol } from '../against/protocols.ts';
import type { BenchCase, Outcome, SizeResult, Subject } from '../BenchCase.ts';
import { figureOf, largest } from '../BenchCase.ts';
import { consumersAmong } from '../filling.ts';
import { Child } from '../processes/Child.ts';
import type { AtriumApi } from '../processes/atrium.ts';

/** Names of the figures of each way to join. */
const WAYS = [
  { protocol: 'atrium', total: 'stepByStep', cpu: 'stepByStepCpu' },
  { protocol: 'atrium-auto', total: 'auto', cpu: 'autoCpu' },
] as const satisfies readonly {
  protocol: Protocol;
  total: string;
  cpu: string;
}[];

const share = (
  sizes: readonly SizeResult[],
  figure: string,
  of: string,
): number => {
  const size = largest(sizes);
  return (
    figureOf(size, figure).subject.median / figureOf(size, of).subject.median
  );
};

/** A room that fills up with clients as they are written, here and elsewhere. */
export const beside: BenchCase = {
  letter: 'l',
  name: 'beside',
  summary:
    'Peers connect and join a new room, all at once, each by protoo-client with one audio track, and all receive each other; the time runs from the first connection to the last consumer. They join by a request for each step, and in one request with `auto`. A client that does the latter is taken to have the capabilities of the server already.',
  baseline:
    'Another server, where one is named by --against URL --protocol NAME; its CPU time counts where its process is named by --pid PID.',
  sizeName: 'peers',
  sizes: { full: [30], quick: [30], smoke: [4] },
  warmUps: 4,
  roundsTimes: 2,
  figures: {
    stepByStep: {
      what: 'step by step, until all receive each other',
      unit: 'ms',
    },
    auto: { what: 'in one request, until all receive each other', unit: 'ms' },
    stepByStepCpu: {
      what: 'step by step, CPU of the server process',
      unit: 'ms',
    },
    autoCpu: { what: 'in one request, CPU of the server process', unit: 'ms' },
  },
  work: ({ size }) => ({
    joins: size * WAYS.length,
    consumers: consumersAmong(size) * WAYS.length,
  }),
  targets: [
    {
      what: 'time of joins in one request, relative to step by step',
      atMost: 1,
      measured: (sizes) => share(sizes, 'auto', 'stepByStep'),
    },
    {
      what: 'CPU time of joins in one request, relative to step by step',
      atMost: 1,
      measured: (sizes) => share(sizes, 'autoCpu', 'stepByStepCpu'),
    },
  ],

  async open() {
    const server = await Child.start<AtriumApi>('atrium.ts');
    const url = await server.ask('url');
    return subject({
      url,
      protocolOf: (protocol) => protocol,
      cpu: () => server.ask('cpu'),
      emptied: () => server.ask('emptied'),
      close: () => server.close(),
    });
  },

  async openBaseline() {
    const other = otherServer();
    return (
      other &&
      subject({
        url: other.url,
        protocolOf: () => other.protocol,
        cpu: async () => cpuOf(other.pid),
        emptied: async () => undefined,
        close: async () => undefined,
      })
    );
  },
};

/** A server whose rooms are filled. */
interface Filled {
  url: string;
  /** The protocol that it speaks instead of one of Atrium's. */
  protocolOf: (protocol: Protocol) => Protocol;
  cpu: () => Promise<number>;
  emptied: () => Promise<void>;
  close: () => Promise<void>;
}

/** Fills a room in each way, of which another comes first every time. */
function subject(server: Filled): Subject {
  let round = 0;
  return {
    async round({ size }): Promise<Outcome> {
      round += 1;
      const figures: Outcome['figures'] = {};
      const done = { joins: 0, consumers: 0 };
      for (const way of round % 2 === 0 ? WAYS : WAYS.toReversed()) {
        const protocol = server.protocolOf(way.protocol);
        const before = await server.cpu();
        const filled = await fillRoom(server.url, protocol, size);
        figures[way.total] = filled.total;
        figures[way.cpu] = (await server.cpu()) - before;
        done.joins += filled.joins;
        done.consumers += filled.consumers;
        await server.emptied();
      }
      return { figures, done };
    },
    close: server.close,
  };
}
