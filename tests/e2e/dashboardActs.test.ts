import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { ProtooClient } from '../../tools/fixtures/ProtooClient.ts';
import { rtpCapabilities } from '../../tools/fixtures/rtp.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { rootKey } from '../support/apiKeys.ts';
import { sendAudio } from '../support/protooMembers.ts';
import { Receiver } from '../webhooks/Receiver.ts';
import { DashboardWindow } from './DashboardWindow.ts';

describe('after a question, the dashboard', { skip: noBrowser }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    [server, browser] = await Promise.all([
      startServer({
        ops: { port: 0 },
        auth: { apiKeys: [rootKey.entry] },
      }),
      launchBrowser(),
    ]);
  });

  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const open = (hash: string) => DashboardWindow.open(browser, server, hash);

  it('mutes and removes a peer, with a ban that can be lifted', async () => {
    const { client } = await ProtooClient.join(server.url, 'garden', 'eve', {
      rtpCapabilities,
    });
    const { producerId } = await sendAudio(client);
    await using window = await open('#/rooms/garden/eve');
    const { page } = window;
    await window.signIn(rootKey);
    await page.getByRole('button', { name: 'Mute…' }).click();
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    const muted = await client.notified('producerMuted');
    assert.equal(muted['producerId'], producerId);
    await page.getByRole('cell', { name: 'paused' }).waitFor();
    await page.getByRole('link', { name: 'Room garden' }).click();
    const remove = page.getByRole('button', { name: 'Remove…' });
    await remove.click();
    const dialog = page.getByRole('dialog', { name: 'Remove eve?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal(server.registry.get('garden').peers.size, 1);
    // The keyboard alone: the focus is where it was.
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Ban').selectOption('3600');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    assert.equal((await client.closed).code, 4000);
    await page.getByText('eve is removed.').waitFor();
    await page.getByRole('link', { name: 'Bans' }).click();
    await page.getByRole('cell', { name: 'garden' }).waitFor();
    await page.getByRole('button', { name: 'Lift…' }).click();
    await page.getByRole('button', { name: 'Lift the ban' }).click();
    await page.getByText('There are no bans.').waitFor();
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByRole('cell', { name: 'lift ban' }).waitFor();
    assert.deepEqual(window.errors, []);
  });

  it('closes a room, and admits those who wait without one', async () => {
    const { client: host } = await ProtooClient.join(
      server.url,
      'hall',
      'host',
    );
    await host.request('setLobby', { enabled: true });
    await assert.rejects(ProtooClient.join(server.url, 'hall', 'cleo'), {
      errorName: 'IN_LOBBY',
    });
    await using window = await open('#/rooms/hall');
    const { page } = window;
    await window.signIn(rootKey);
    await page.getByRole('cell', { name: 'cleo' }).waitFor();
    await page.getByRole('button', { name: 'Let in' }).click();
    await page.getByText('cleo is let in.').waitFor();
    await page.getByText('No one waits.').waitFor();
    await page.getByRole('button', { name: 'Close the room…' }).click();
    await page
      .getByRole('button', { name: 'Close the room', exact: true })
      .click();
    await host.closed;
    await page.getByText('The room hall is closed.').waitFor();
  });

  it('delivers an event to a webhook again', async () => {
    await using receiver = await Receiver.start();
    receiver.answer = (response) => {
      response.writeHead(410).end();
    };
    const other = await startServer({
      ops: { port: 0 },
      auth: { apiKeys: [rootKey.entry] },
      webhooks: {
        allowPrivate: true,
        endpoints: [
          { id: 'backend', url: receiver.url, secrets: [receiver.secret] },
        ],
      },
    });
    try {
      await using window = await DashboardWindow.open(
        browser,
        other,
        '#/webhooks',
      );
      const { page } = window;
      await window.signIn(rootKey);
      await page.getByText('There are no such deliveries.').waitFor();
      await other.registry.open('lounge');
      const [first] = await receiver.received(1);
      receiver.answer = (response) => {
        response.writeHead(204).end();
      };
      await page.getByLabel('State').selectOption('failed');
      const row = page.getByRole('row', { name: /room\.started lounge/ });
      await row.getByText('the receiver answered 410').waitFor();
      await row.getByRole('button', { name: 'Replay…' }).click();
      await page.getByRole('button', { name: 'Deliver again' }).click();
      await page.getByText('room.started is delivered again.').waitFor();
      const [, again] = await receiver.received(2);
      assert.equal(again?.id, first?.id);
      await page.getByLabel('State').selectOption('delivered');
      await row.getByText('204').waitFor();
      assert.deepEqual(window.errors, []);
    } finally {
      await other.close();
    }
  });

  it('drains a server', async () => {
    const other = await startServer({
      ops: { port: 0 },
      auth: { apiKeys: [rootKey.entry] },
    });
    try {
      await ProtooClient.join(other.url, 'kept', 'ada');
      await using window = await DashboardWindow.open(browser, other);
      const { page } = window;
      await window.signIn(rootKey);
      await page.getByRole('button', { name: 'Drain…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Drain this server?' });
      await dialog.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Drain…' }).click();
      await page.getByRole('button', { name: 'Drain the server' }).click();
      await page.getByText('The server drains.').waitFor();
      other.registry.close('restart');
      await other.stopped;
    } finally {
      await other.close();
    }
  });
});
