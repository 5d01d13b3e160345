import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { get, send } from '../../support/http.ts';
import { CallsSite, tokenOf } from './CallsSite.ts';

/** Creates a share link at an address; returns its URL. */
async function linkFrom(
  site: CallsSite,
  address: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const id = await site.createGroup('ada');
  const path = `/api/conversations/${id}/share-links`;
  const { status, body } = await send(address, path, undefined, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokenOf('ada')}`, ...headers },
  });
  assert.equal(status, 201, body);
  return JSON.parse(body).data.url;
}

describe('the URL of a share link', () => {
  test('opens the page, wherever the link was asked for', async () => {
    await using site = await CallsSite.start();
    for (const address of [site.url, site.server.url]) {
      const { origin, pathname } = new URL(await linkFrom(site, address));
      const { status, headers } = await get(origin, pathname);
      assert.equal(status, 200);
      assert.match(headers['content-type'] ?? '', /^text\/html/);
    }
  });

  test('begins with the origin that was asked at the address of the page', async () => {
    await using site = await CallsSite.start();
    const { port } = new URL(site.server.url);
    const Host = `meet.example:${port}`;
    const url = await linkFrom(site, site.server.url, { Host });
    assert.equal(new URL(url).origin, `https://${Host}`);
  });

  test('begins with access.pageOrigin where there is one', async () => {
    await using site = await CallsSite.start({
      access: { pageOrigin: 'https://meet.example' },
    });
    for (const address of [site.url, site.server.url]) {
      const url = await linkFrom(site, address, { Host: 'other.example' });
      assert.equal(new URL(url).origin, 'https://meet.example');
    }
  });
});
