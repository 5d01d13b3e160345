import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { reportIn } from '../../lib/cluster/NodeReport.ts';
import { nodeEntryShape } from '../../lib/gateways/admin/nodeShapes.ts';
import { REPORT } from './report.ts';

/** The report of a node whose version told the others no figures for operators. */
const OLDER = { state: 'serving', takesRooms: true, load: 0.5, region: 'eu' };

describe('the report of a node', () => {
  test('is read as the node has sent it', () => {
    const report = { ...REPORT, url: 'https://ada.example', region: 'eu' };
    assert.deepEqual(reportIn(JSON.stringify(report)), report);
  });

  test('is read and listed without the figures that an older version has not', () => {
    const report = reportIn(JSON.stringify(OLDER));
    assert.deepEqual(report, OLDER);
    const heardAt = '2026-01-01T00:00:00.000Z';
    const entry = { ...report, nodeId: 'ada', heardAt };
    assert.deepEqual(nodeEntryShape.parse(entry), entry);
  });

  test('is not read without what decides where rooms open', () => {
    for (const field of ['state', 'takesRooms', 'load']) {
      const part = { ...REPORT, [field]: undefined };
      assert.equal(reportIn(JSON.stringify(part)), undefined);
    }
    assert.equal(reportIn('no JSON'), undefined);
  });
});
