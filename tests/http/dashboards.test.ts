import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { get } from '../support/http.ts';
import { shakeHands } from '../support/handshake.ts';
import { Exposition, metricsIn } from '../support/prometheus.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { endSession, holdSession } from '../support/session.ts';
import { withTokens } from '../support/JsonClient.ts';

interface Panel {
  title: string;
  type: string;
  targets?: { expr: string; legendFormat: string }[];
}

interface Dashboard {
  panels: Panel[];
  templating: { list: { name: string; definition?: string }[] };
}

const dashboard = JSON.parse(read('docs/grafana.json')) as Dashboard;
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const alerts = read('docs/alerts.yml');
const rules = Array.from(
  alerts.matchAll(/- alert: (\w+)\n\s+expr: (.+)\n/g),
  ([, name = '', expr = '']) => ({ name, expr }),
);

function read(file: string): string {
  return readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
}

/** Collects garbage, as its metric appears only after the first collection. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

describe('dashboards and alerts', () => {
  let exposition: Exposition;

  before(async () => {
    const server = await startServer(withTokens);
    collectGarbage();
    // Counted from the first one on.
    await get(server.url, '/nowhere');
    await shakeHands(server.url, '/');
    const { client } = await ProtooClient.join(server.url, 'room', 'dora');
    await client.close();
    const session = await holdSession(server);
    exposition = new Exposition((await get(server.url, '/metrics')).body);
    await endSession(session);
    await server.close();
  });

  /** The metrics of a query that /metrics does not have. */
  function missing(query: string): string[] {
    const asked = metricsIn(query);
    assert.ok(asked.size > 0 || /\bup\b/.test(query), `no metric in ${query}`);
    return Array.from(asked).flatMap(([name, labels]) => {
      const there = exposition.labelsOf(name);
      return there === undefined
        ? [name]
        : Array.from(labels)
            .filter((label) => !there.has(label))
            .map((label) => `${name}{${label}}`);
    });
  }

  /** The labels that the result of a query can have. */
  function labelsLeftBy(query: string): string[] {
    if (/\bsum\b/.test(query)) {
      return /\bby \(([^)]*)\)/.exec(query)?.[1]?.split(', ') ?? [];
    }
    const names = Array.from(metricsIn(query).keys());
    return [
      'instance',
      ...names.flatMap((name) => [...(exposition.labelsOf(name) ?? [])]),
    ];
  }

  test('a query for an unknown metric is detected', () => {
    assert.deepEqual(
      missing(
        'sum by (le, room) (rate(atrium_join_duration_seconds_bucket{gateway="protoo"}[5m])) / atrium_moons{phase!~"full|n{2}ew"} > 1 and on (job, instance) atrium_info',
      ),
      [
        'atrium_join_duration_seconds_bucket{room}',
        'atrium_moons',
        'atrium_info{room}',
      ],
    );
  });

  for (const { title, targets = [] } of panels) {
    test(`the panel "${title}" queries only existing metrics`, () => {
      assert.ok(targets.length > 0);
      for (const { expr, legendFormat } of targets) {
        assert.deepEqual(missing(expr), []);
        const left = labelsLeftBy(expr);
        for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          assert.ok(left.includes(label), `there is no ${label} in ${expr}`);
        }
      }
    });
  }

  test('the panels select servers by a variable that lists them', () => {
    const [instance] = dashboard.templating.list.filter(
      ({ name }) => name === 'instance',
    );
    assert.equal(instance?.definition, 'label_values(atrium_info, instance)');
    assert.ok(exposition.labelsOf('atrium_info'));
    for (const { targets = [] } of panels) {
      for (const { expr } of targets) {
        assert.ok(expr.includes('instance=~"$instance"'), expr);
      }
    }
  });

  test('every alert is checked', () => {
    assert.ok(rules.length > 0);
    assert.equal(rules.length, alerts.match(/- alert:/g)?.length);
  });

  for (const { name, expr } of rules) {
    test(`the alert ${name} queries only existing metrics`, () => {
      assert.deepEqual(missing(expr), []);
    });
  }
});
