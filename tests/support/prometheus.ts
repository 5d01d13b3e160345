/** One value of a metric. */
interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** The samples that a server exposes, by name, including `_bucket`. */
export class Exposition {
  readonly samples = new Map<string, Sample[]>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      if (line === '' || line.startsWith('#')) {
        continue;
      }
      const parsed = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (parsed === null) {
        throw new Error(`not a line of Prometheus text: ${line}`);
      }
      const [, name = '', labels = '', value] = parsed;
      const samples = this.samples.get(name) ?? [];
      samples.push({ labels: pairsOf(labels), value: Number(value) });
      this.samples.set(name, samples);
    }
  }

  /** The sum of the samples that have these labels; NaN if there are none. */
  sum(name: string, labels: Record<string, string> = {}): number {
    const fitting = (this.samples.get(name) ?? []).filter((sample) =>
      Object.entries(labels).every(
        ([label, value]) => sample.labels[label] === value,
      ),
    );
    return fitting.length === 0
      ? Number.NaN
      : fitting.reduce((total, { value }) => total + value, 0);
  }

  /** The labels that samples of a metric have; undefined if there are none. */
  labelsOf(name: string): ReadonlySet<string> | undefined {
    const samples = this.samples.get(name);
    return (
      samples && new Set(samples.flatMap(({ labels }) => Object.keys(labels)))
    );
  }
}

/** The metrics in a query, each with the labels that it relies on. */
export type Asked = Map<string, Set<string>>;

const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset']);

/** `by (a, b)`. */
const GROUPS = /\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g;

/** `name{a="1", b=~"}"}`. */
const SELECTOR = /\b(\w+)\s*\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}/g;

/** Labels that Prometheus itself adds to scraped metrics. */
const ADDED_BY_PROMETHEUS = new Set(['job', 'instance']);

/**
 * Finds the metrics in a PromQL query. Labels that it groups or joins by
 * are expected of every metric in it, except `le`, which buckets alone have.
 */
export function metricsIn(query: string): Asked {
  const asked: Asked = new Map();
  const grouping = new Set<string>();
  const names = query
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(GROUPS, (_all, labels: string) => {
      for (const label of labels.split(',')) {
        grouping.add(label.trim());
      }
      return '';
    })
    .replaceAll(SELECTOR, (_all, name: string, matchers: string) => {
      const labels = Object.keys(pairsOf(matchers));
      asked.set(name, new Set([...(asked.get(name) ?? []), ...labels]));
      return name;
    });
  for (const [name] of names.matchAll(/\b[a-z_]\w*\b(?!\s*\()/gi)) {
    if (!KEYWORDS.has(name.toLowerCase()) && !asked.has(name)) {
      asked.set(name, new Set());
    }
  }
  // Prometheus itself adds it for every target.
  asked.delete('up');
  for (const [name, labels] of asked) {
    for (const label of grouping) {
      if (label !== 'le' || name.endsWith('_bucket')) {
        labels.add(label);
      }
    }
    for (const label of ADDED_BY_PROMETHEUS) {
      labels.delete(label);
    }
  }
  return asked;
}

/** `a="1",b=~"2"` as an object. */
function pairsOf(labels: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(
      labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g),
      ([, label, value]) => [label, value],
    ),
  );
}
