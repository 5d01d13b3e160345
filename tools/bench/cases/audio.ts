import type { BenchCase } from '../BenchCase.ts';
import { openAlone, openRoom } from '../Gathering.ts';
import type { Gathering } from '../Gathering.ts';
import { costFigures, costs, oneWorker } from './forward.ts';

const gathering: Gathering = {
  kind: 'audio',
  senders: 10,
  peers: (peers) => peers,
  figures: costs,
};

/** Ten speakers in a room. */
export const audio: BenchCase = {
  letter: 'h',
  name: 'audio',
  summary:
    'Ten of the peers in a room send audio, 50 packets a second each, and all peers receive it, over ICE, DTLS and SRTP. Only the CPU time of the one worker counts.',
  baseline: 'The same peers at one worker without a server.',
  sizeName: 'peers',
  sizes: { full: [25, 100], quick: [50], smoke: [11] },
  roundsAtMost: 3,
  figures: costFigures,
  work: ({ size }) => ({ receivers: size }),
  growth: {
    figure: 'cost',
    over: 'peers',
    amount: (size) => size,
    each: true,
  },
  targets: [],
  open: () => openRoom(gathering, oneWorker),
  openBaseline: () => openAlone(gathering),
};
