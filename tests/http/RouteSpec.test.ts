import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { z } from 'zod';

import { LiveConfig } from '../../lib/config/LiveConfig.ts';
import { Logger } from '../../lib/core/logger.ts';
import { Metrics } from '../../lib/core/metrics.ts';
import { createOperationsApp } from '../../lib/http/app.ts';
import { routeTable } from '../../lib/http/RouteSpec.ts';
import { SampledLog } from '../../lib/limits/SampledLog.ts';
import { testConfig } from '../../tools/fixtures/server.ts';
import { handlers, shelf, single } from './shelf.ts';

describe('a table of routes', () => {
  test('has one route for a method and path, in all tables', () => {
    assert.throws(
      () => createTwo('/a/{x}', '/a/{y}'),
      /^TypeError: GET \/a\/\{y\}: expected one route, got only and only$/,
    );
    createTwo('/a/{x}', '/b/{y}');

    function createTwo(first: string, second: string): void {
      const [x, y] = [z.object({ x: z.string() }), z.object({ y: z.string() })];
      const { view: config } = new LiveConfig(testConfig());
      const log = new SampledLog(new Logger('test'), () => 1);
      createOperationsApp(
        { config, metrics: new Metrics(), log },
        [single(first, x), single(second, y)],
        new Map(),
      );
      log.close();
    }
  });

  test('declares the parameters of its paths', () => {
    assert.throws(
      () => single('/a/{x}'),
      /^TypeError: only: expected the parameters of \/a\/\{x\}, got none$/,
    );
    assert.throws(() => single('/a', z.object({ x: z.string() })), TypeError);
  });

  test('authenticates if one of its routes requires a user', () => {
    assert.throws(
      () => routeTable(shelf, { handlers }),
      /^TypeError: add: expected an authenticate function$/,
    );
  });
});
