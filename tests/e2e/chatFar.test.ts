import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  launchBrowser,
  noBrowser,
  SPARSE,
  WILLING,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { startServerAt } from '../../tools/fixtures/server.ts';
import { Link } from '../../tools/netem/Link.ts';
import { noLink } from '../../tools/netem/program.ts';
import { reads, say, written } from './chatting.ts';

describe('a chat over a link of 600 ms', { skip: noBrowser || noLink }, () => {
  it('loses nothing that is written as soon as it opens', async () => {
    await using link = await Link.open();
    await using stack = new AsyncDisposableStack();
    const server = await startServerAt(link.near);
    stack.defer(() => server.close());
    const [near, far] = await Promise.all([
      launchBrowser(SPARSE),
      launchBrowser(WILLING, link),
    ]);
    stack.defer(() => near.close());
    stack.defer(() => far.close());
    await link.set({ delay: 300 });
    const ada = await Visitor.joinToWatch(near, server.url, 'Ada', 'far');
    stack.use(ada);
    const grace = await Visitor.joinToWatch(far, server.url, 'Grace', 'far');
    stack.use(grace);
    // Without a wait for anything but the room.
    await grace.button('Chat').click();
    await say(grace, 'First');
    await ada.page.getByRole('button', { name: /^Chat/ }).click();
    await say(ada, 'Welcome');
    await Promise.all([
      reads(ada, 'Grace', 'First'),
      reads(grace, 'Ada', 'Welcome'),
    ]);
    for (const { page } of [ada, grace]) {
      await page.locator('[data-self="true"][data-delivery="sent"]').waitFor();
    }
    assert.equal((await written(ada)).length, 2);
    assert.equal((await written(grace)).length, 2);
  });
});
