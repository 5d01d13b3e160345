import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { configWarnings } from '../../lib/config/warnings.ts';
import { newSecret } from '../../tools/webhooks/receiver.ts';
import { problemsOf } from '../support/config.ts';

const endpoint = {
  id: 'backend',
  url: 'https://app.example/hooks',
  secrets: [newSecret()],
};

describe('endpoints of webhooks', () => {
  const wrong: [object, RegExp][] = [
    [{ id: 'a b' }, /webhooks\.endpoints\.0\.id: expected 1 to 64 letters/],
    [{ url: 'ftp://app.example' }, /webhooks\.endpoints\.0\.url: /],
    [
      { url: 'https://a:b@app.example/' },
      /url: expected a URL without a user name, a password and a fragment/,
    ],
    [{ url: 'https://app.example/#a' }, /url: expected a URL without a user/],
    [{ secrets: [] }, /webhooks\.endpoints\.0\.secrets: /],
    [{ secrets: ['secret'] }, /secrets\.0: expected whsec_ and 24 to 64/],
    [{ secrets: ['whsec_c2hvcnQ='] }, /secrets\.0: expected whsec_ and 24/],
    [{ secrets: ['whsec_?'.repeat(9)] }, /secrets\.0: expected whsec_/],
    [
      { secrets: Array.from({ length: 3 }, () => newSecret()) },
      /webhooks\.endpoints\.0\.secrets: /,
    ],
    [{ events: ['peer.vanished'] }, /webhooks\.endpoints\.0\.events\.0: /],
    [{ events: [] }, /webhooks\.endpoints\.0\.events: /],
  ];
  for (const [change, problem] of wrong) {
    test(`are refused with ${JSON.stringify(change).slice(0, 60)}`, () => {
      const endpoints = [{ ...endpoint, ...change }];
      assert.match(problemsOf({ webhooks: { endpoints } }), problem);
    });
  }

  test('have different ids', () => {
    assert.match(
      problemsOf({ webhooks: { endpoints: [endpoint, endpoint] } }),
      /webhooks\.endpoints: expected endpoints with different ids/,
    );
  });

  test('are warned of where they have no TLS, except on this machine', () => {
    const warnings = (url: string) =>
      configWarnings(
        parseConfig({ webhooks: { endpoints: [{ ...endpoint, url }] } }),
      );
    assert.deepEqual(warnings('http://app.example/hooks?a'), [
      'webhooks.endpoints.0.url: expected https, because events tell who meets whom, got http://app.example',
    ]);
    assert.deepEqual(warnings('http://127.0.0.1:8787/'), []);
    assert.deepEqual(warnings(endpoint.url), []);
  });
});
