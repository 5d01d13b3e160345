import type {
  ServerNodeDetails,
  ServerSample,
  ServerWorker,
} from '@atrium/server-sdk';

import type { Session } from '../Session.ts';
import { Series } from '../Series.ts';
import { bitrate, bytes, moment, NOTHING, percent, since } from '../show.ts';
import { ask } from '../ui/ask.ts';
import { Chart } from '../ui/Chart.ts';
import { button, element, setText } from '../ui/element.ts';
import { Table } from '../ui/Table.ts';

/** The figures of a server in words, in their order. */
const FACTS: readonly (readonly [
  string,
  (node: ServerNodeDetails) => string,
])[] = [
  ['State', ({ state }) => state],
  ['Region', ({ region = NOTHING }) => region],
  ['Load', ({ load }) => percent(load * 100)],
  ['Rooms', ({ rooms }) => String(rooms)],
  ['Peers', ({ peers }) => String(peers)],
  ['Receives', ({ incomingBitrate }) => bitrate(incomingBitrate)],
  ['Sends', ({ outgoingBitrate }) => bitrate(outgoingBitrate)],
  ['CPU of the process', ({ cpuUsage }) => percent(cpuUsage)],
  ['Memory', ({ memoryUsage }) => bytes(memoryUsage)],
  [
    'Started',
    ({ startedAt }) => `${moment(startedAt)} (${since(startedAt)} ago)`,
  ],
  ['Version', ({ version }) => version],
  ['Address', ({ address = NOTHING }) => address],
  ['URL', ({ url = NOTHING }) => url],
  ['ID of this run', ({ nodeId }) => nodeId],
];

/** A number of things. */
function count(value: number): string {
  return String(Math.round(value));
}

/** A server with its media workers, and charts of the last hour. */
export class ServerDetails {
  readonly element = element('div', { className: 'page' });
  readonly #session: Session;
  readonly #nodeId: string;
  readonly #people = new Series(2);
  readonly #traffic = new Series(2);
  readonly #load = new Series(2);
  readonly #charts: readonly Chart[];
  readonly #facts = FACTS.map(() => element('dd'));
  readonly #workers: Table<ServerWorker>;
  readonly #drain: HTMLButtonElement;
  #hasHistory = false;

  /** @param nodeId - The id of the server, or `self` for the one that is asked. */
  constructor(session: Session, nodeId: string) {
    this.#session = session;
    this.#nodeId = nodeId;
    this.#charts = [
      new Chart(
        'People',
        [
          { label: 'Peers', show: count },
          { label: 'Rooms', show: count },
        ],
        this.#people,
        5,
      ),
      new Chart(
        'Media',
        [
          { label: 'Receives', show: bitrate },
          { label: 'Sends', show: bitrate },
        ],
        this.#traffic,
        100_000,
      ),
      new Chart(
        'CPU, of one core',
        [
          { label: 'Busiest media worker', show: percent },
          { label: 'Process', show: percent },
        ],
        this.#load,
        10,
      ),
    ];
    this.#workers = new Table(
      'Media workers',
      [
        { title: 'Worker', text: ({ index }) => String(index) },
        { title: 'State', text: ({ state }) => state },
        {
          title: 'CPU',
          text: ({ cpuUsage }) => percent(cpuUsage),
          figures: true,
        },
        {
          title: 'Consumers',
          text: ({ consumers }) => String(consumers),
          figures: true,
        },
        {
          title: 'Receives',
          text: ({ incomingBitrate }) => bitrate(incomingBitrate),
          figures: true,
        },
        {
          title: 'Sends',
          text: ({ outgoingBitrate }) => bitrate(outgoingBitrate),
          figures: true,
        },
        {
          title: 'Peak memory',
          text: ({ peakMemory }) => bytes(peakMemory),
          figures: true,
        },
      ],
      ({ index }) => String(index),
      'There are no media workers.',
    );
    const facts = element('dl', { className: 'facts' });
    FACTS.forEach(([label], index) => {
      const fact = this.#facts[index] ?? '';
      facts.append(element('div', {}, element('dt', {}, label), fact));
    });
    this.#drain = button('Drain…', () => this.#ask());
    this.#drain.hidden = !session.can('nodes:write');
    this.element.append(
      facts,
      element('p', { className: 'actions' }, this.#drain),
      element(
        'div',
        { className: 'charts' },
        ...this.#charts.map((chart) => chart.element),
      ),
      element('h2', {}, 'Media workers'),
      this.#workers.element,
    );
  }

  /** Reads the server, and shows it. */
  async read(): Promise<ServerNodeDetails> {
    const { nodes } = this.#session.atrium;
    if (!this.#hasHistory) {
      const { samples } = await nodes.history(this.#nodeId);
      samples.forEach((sample) => this.#add(sample));
      this.#hasHistory = true;
    }
    const node = await nodes.get(this.#nodeId);
    this.#add({ ...node, at: new Date().toISOString() });
    FACTS.forEach(([, show], index) => {
      setText(this.#facts[index] ?? this.#drain, show(node));
    });
    this.#drain.disabled = node.state !== 'serving';
    this.#workers.show(node.workers);
    this.#charts.forEach((chart) => chart.update());
    return node;
  }

  close(): void {
    this.#charts.forEach((chart) => chart.close());
  }

  #add(
    sample: Omit<ServerSample, 'workers'> & {
      workers: readonly { cpuUsage?: number | undefined }[];
    },
  ): void {
    const at = Date.parse(sample.at) / 1_000;
    this.#people.add(at, [sample.peers, sample.rooms]);
    this.#traffic.add(at, [sample.incomingBitrate, sample.outgoingBitrate]);
    const busiest = Math.max(
      0,
      ...sample.workers.map(({ cpuUsage = 0 }) => cpuUsage),
    );
    this.#load.add(at, [busiest, sample.cpuUsage]);
  }

  #ask(): void {
    ask({
      title: 'Drain this server?',
      text: 'It opens no more rooms, and stops once all rooms are empty, or when shutdown.drainTimeout has passed. This cannot be undone.',
      confirm: 'Drain the server',
      done: 'The server drains.',
      act: async () => {
        await this.#session.atrium.nodes.drain(this.#nodeId);
        this.#drain.disabled = true;
      },
    });
  }
}
