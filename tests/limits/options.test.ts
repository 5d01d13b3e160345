import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseConfig } from '../../lib/config/load.ts';
import { problemsOf } from '../support/config.ts';

describe('the config of origins and proxies', () => {
  test('accepts origins, networks and names of networks', () => {
    const { origins, trustProxy } = parseConfig({
      access: {
        origins: ['https://app.example:8443', 'capacitor://localhost', '*'],
        trustProxy: ['10.0.0.0/8', '::1', 'uniquelocal'],
      },
      auth: { allowOpen: true },
    }).access;
    assert.equal(origins.length, 3);
    assert.equal(trustProxy.length, 3);
  });

  for (const origin of [
    'app.example',
    'https://app.example/',
    'https://*.example',
    'https://app.example/a',
    'null',
    '',
  ]) {
    test(`refuses the origin ${JSON.stringify(origin)}`, () => {
      assert.match(
        problemsOf({ access: { origins: [origin] } }),
        /access\.origins\.0: expected an origin such as https:\/\/app\.example, or "\*" for all, got "/,
      );
    });
  }

  for (const proxy of ['proxy.example', '10.0.0.0/33', '*', '']) {
    test(`refuses the proxy ${JSON.stringify(proxy)}`, () => {
      assert.match(
        problemsOf({ access: { trustProxy: [proxy] } }),
        /access\.trustProxy\.0: expected an IP address, a network such as 10\.0\.0\.0\/8/,
      );
    });
  }

  test('counts a proxy on loopback as access from other hosts', () => {
    assert.match(
      problemsOf({ access: { trustProxy: ['loopback'] } }),
      /others can reach the server through access\.trustProxy and "open" lets everyone in/,
    );
  });

  test('spells origins as browsers do', () => {
    const origins = [
      'https://App.Example',
      'https://app.example:443',
      'https://bücher.example',
      'Capacitor://localhost',
      '*',
    ];
    assert.deepEqual(parseConfig({ access: { origins } }).access.origins, [
      'https://app.example',
      'https://app.example',
      'https://xn--bcher-kva.example',
      'capacitor://localhost',
      '*',
    ]);
  });

  for (const origin of [
    'wss://app.example',
    'https://a@b',
    'https://a:99999',
  ]) {
    test(`refuses the malformed origin ${origin}`, () => {
      assert.match(problemsOf({ access: { origins: [origin] } }), /origins\.0/);
    });
  }
});
