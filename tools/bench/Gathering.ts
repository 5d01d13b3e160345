import type { ConfigInput } from '../../lib/config/schema.ts';
import type { Outcome, Subject } from './BenchCase.ts';
import type { Cast } from './clients/Audience.ts';
import type { AloneApi } from './processes/alone.ts';
import type { AtriumApi } from './processes/atrium.ts';
import type { AudienceApi } from './processes/audience.ts';
import { Child } from './processes/Child.ts';

/**
 * Longest time that a room is watched in one round, s. What is measured is CPU
 * time, of which there is enough by then.
 */
const LONGEST = 2;

/** The workers count their CPU time in this, ms. */
const RESOLUTION = 1;

/** The media that flow in a room, and the number of peers. */
export interface Gathering extends Cast {
  /** The number of peers in the room at a size. */
  peers: (size: number) => number;
  /** Turns what the workers did into figures. */
  figures: (work: Work) => Outcome['figures'];
}

/** The work of the workers during a period. */
export interface Work {
  /** Packets that they sent to peers. */
  forwarded: number;
  /** Of those, what did not arrive, percent. */
  loss: number;
  /** CPU time of each worker, ms. */
  cpu: number[];
}

/** The processes that a round asks. */
interface Asked {
  watch: (peers: number) => Promise<void>;
  flow: (seconds: number) => Promise<number[]>;
  forwarded: () => Promise<number>;
  workerCpu: () => Promise<number[]>;
}

/** A room of the server, with peers whose ICE, DTLS and SRTP are real. */
export async function openRoom(
  gathering: Gathering,
  config: ConfigInput,
): Promise<Subject> {
  const { kind, senders } = gathering;
  const server = await Child.start<AtriumApi>('atrium.ts', config);
  const url = await server.ask('url');
  const cast = { url, senders, kind };
  const audience = await Child.start<AudienceApi>('audience.ts', cast);
  const asked: Asked = {
    watch: (peers) => audience.ask('watch', peers),
    flow: (seconds) => audience.ask('flow', seconds),
    forwarded: () => server.ask('forwarded'),
    workerCpu: () => server.ask('workerCpu'),
  };
  return subject(gathering, asked, async () => {
    await audience.close();
    await server.close();
  });
}

/** The baseline: the same peers at a worker alone, and no server between them. */
export async function openAlone(gathering: Gathering): Promise<Subject> {
  const { kind, senders } = gathering;
  const alone = await Child.start<AloneApi>('alone.ts', { senders, kind });
  const asked: Asked = {
    watch: (peers) => alone.ask('watch', peers),
    flow: (seconds) => alone.ask('flow', seconds),
    forwarded: () => alone.ask('forwarded'),
    workerCpu: () => alone.ask('workerCpu'),
  };
  return subject(gathering, asked, () => alone.close());
}

/**
 * Measures what workers do while something flows, from silence to silence.
 * Their own CPU time counts and nothing else, so it does not matter what the
 * peers take beside them.
 */
function subject(
  { peers, figures }: Gathering,
  { watch, flow, forwarded, workerCpu }: Asked,
  close: () => Promise<void>,
): Subject {
  return {
    async round({ size, seconds }) {
      await watch(peers(size));
      const forwardedBefore = await forwarded();
      const cpuBefore = await workerCpu();
      const received = await flow(Math.min(seconds, LONGEST));
      const cpuAfter = await workerCpu();
      const sent = (await forwarded()) - forwardedBefore;
      const came = received.reduce((sum, packets) => sum + packets, 0);
      return {
        figures: figures({
          forwarded: sent,
          loss: ((sent - came) / sent) * 100,
          cpu: cpuAfter.map((used, index) =>
            Math.max(used - (cpuBefore[index] ?? 0), RESOLUTION),
          ),
        }),
        done: { receivers: received.filter((packets) => packets > 0).length },
      };
    },
    close,
  };
}
