import type uPlot from 'uplot';

import type { Series } from '../Series.ts';
import { NOTHING } from '../show.ts';
import { element, setText } from './element.ts';

/** A line of a chart. */
export interface Line {
  readonly label: string;
  /** Turns a value into text with its unit. */
  readonly show: (value: number) => string;
}

/** A small chart of figures over time, with a legend that says the values as text. */
export class Chart {
  readonly element: HTMLElement;
  readonly #series: Series;
  readonly #lines: readonly Line[];
  readonly #top: number;
  readonly #canvas = element('div', { className: 'chart-canvas', role: 'img' });
  readonly #values: HTMLElement[];
  readonly #title: string;
  readonly #resized: ResizeObserver;
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  #plot: uPlot | undefined;
  #closed = false;

  /** @param top - The lowest top of the axis; its steps are at least a fifth of it. */
  constructor(
    title: string,
    lines: readonly Line[],
    series: Series,
    top: number,
  ) {
    this.#title = title;
    this.#top = top;
    this.#lines = lines;
    this.#series = series;
    this.#values = lines.map(() => element('span'));
    const legend = element('ul', { className: 'legend', role: 'list' });
    lines.forEach(({ label }, index) => {
      const sample = element('span', { className: 'line', ariaHidden: 'true' });
      sample.dataset['line'] = String(index);
      const value = this.#values[index] ?? '';
      legend.append(element('li', {}, sample, `${label}: `, value));
    });
    this.element = element(
      'figure',
      { className: 'chart' },
      element('figcaption', {}, title),
      this.#canvas,
      legend,
    );
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#scheme.addEventListener('change', this.#repaint);
    void this.#open();
    this.update();
  }

  /** Shows what has been added to the series. */
  update(): void {
    this.#plot?.setData(this.#series.data);
    const said = this.#lines.map(({ label, show }, index) => {
      const summary = this.#series.summary(index);
      setText(
        this.#values[index] ?? this.#canvas,
        summary === undefined ? NOTHING : show(summary.last),
      );
      return summary === undefined
        ? `${label}: no figures yet`
        : `${label}: now ${show(summary.last)}, at most ${show(summary.highest)}`;
    });
    this.#canvas.ariaLabel = `${this.#title}, over time. ${said.join('; ')}.`;
  }

  close(): void {
    this.#closed = true;
    this.#resized.disconnect();
    this.#scheme.removeEventListener('change', this.#repaint);
    this.#plot?.destroy();
  }

  /** The library is loaded when the first chart is shown. */
  async #open(): Promise<void> {
    const { default: UPlot } = await import('./plot.ts');
    if (this.#closed) {
      return;
    }
    const [first] = this.#lines;
    const axis = {
      stroke: () => colour('--soft'),
      grid: { stroke: () => colour('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    this.#plot = new UPlot(
      {
        width: Math.max(this.#canvas.clientWidth, 120),
        height: 150,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          y: {
            range: (_plot, _low, high) => [0, Math.max(high, this.#top) * 1.1],
          },
        },
        axes: [
          {
            ...axis,
            size: 24,
            gap: 4,
            space: 90,
            values: (plot, times) => times.map(clockOf(plot)),
          },
          {
            ...axis,
            gap: 6,
            size: (_plot, labels) => widthOf(labels),
            incrs: STEPS.filter((step) => step >= this.#top / 5),
            values: (_plot, values) =>
              values.map((value) => first?.show(value) ?? ''),
          },
        ],
        series: [
          {},
          ...this.#lines.map((_, index) => ({
            stroke: () => colour(`--line-${index % 4}`),
            width: 2,
            // Told apart without colours as well.
            dash: DASHES[index % DASHES.length] ?? [],
            points: { show: false },
          })),
        ],
      },
      this.#series.data,
      this.#canvas,
    );
    this.#resized.observe(this.#canvas);
  }

  #resize(): void {
    const width = this.#canvas.clientWidth;
    if (this.#plot !== undefined && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: 150 });
    }
  }

  readonly #repaint = (): void => this.#plot?.redraw(true, true);
}

/** The time below which the labels of an axis have seconds, s. */
const SHORT = 600;

/** The steps of an axis: powers of ten, their doubles and their fives. */
const STEPS = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
);

/** The dashes of lines, as those of the legend in parts.css. */
const DASHES: readonly number[][] = [[], [6, 4], [2, 3], [10, 3, 2, 3]];

function colour(name: string): string {
  return getComputedStyle(document.documentElement)
    .getPropertyValue(name)
    .trim();
}

/** Shows the times of an axis, with seconds as long as it is short. */
function clockOf({ scales }: uPlot): (seconds: number) => string {
  const { min = 0, max = 0 } = scales['x'] ?? {};
  const isShort = (max ?? 0) - (min ?? 0) < SHORT;
  return (seconds) =>
    new Date(seconds * 1_000).toLocaleTimeString(undefined, {
      hour: '2-digit',
      minute: '2-digit',
      ...(isShort && { second: '2-digit' }),
    });
}

/** The width that labels of an axis need, px. */
function widthOf(labels: readonly string[] | null): number {
  const longest = Math.max(0, ...(labels ?? []).map(({ length }) => length));
  return 14 + 7 * longest;
}
