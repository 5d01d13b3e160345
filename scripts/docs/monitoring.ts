import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { declareServerMetrics } from '../../lib/http/system/serverMetrics.ts';
import { table } from './markdown.ts';

/** The metrics of a server. */
export function metricsSection(): string {
  const metrics = new Metrics();
  declareServerMetrics(metrics.registry, () =>
    Promise.reject(new Error('there is no server to read')),
  );
  return table(
    ['Metric', 'Type', 'Meaning'],
    metrics.declared.map(({ name, type, help }) => [`\`${name}\``, type, help]),
  );
}

/** The rules of docs/alerts.yml. */
export async function alertsSection(): Promise<string> {
  const rules = await readFile(
    path.join(PROJECT_ROOT, 'docs/alerts.yml'),
    'utf8',
  );
  const alerts = rules.matchAll(
    /- alert: (\w+)\n[^]*?severity: (\w+)[^]*?description: (.+)\n/g,
  );
  return table(
    ['Alert', 'Severity', 'What it says'],
    Array.from(alerts, ([, name = '', severity = '', description = '']) => [
      `\`${name}\``,
      severity,
      description,
    ]),
  );
}
