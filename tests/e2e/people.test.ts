import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import type { Browser, Locator } from 'playwright-core';

import type { Server } from '../../lib/Server.ts';
import {
  launchBrowser,
  noBrowser,
} from '../../tools/fixtures/browser/launch.ts';
import { Visitor } from '../../tools/fixtures/browser/Visitor.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { inOrder } from '../support/inOrder.ts';

describe('the people of a room on the page', { skip: noBrowser }, () => {
  inOrder();

  let browser: Browser;
  let server: Server;
  let ada: Visitor;
  let grace: Visitor;

  before(async () => {
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
    ada = await Visitor.join(browser, server.url, 'Ada', 'garden');
    grace = await Visitor.join(browser, server.url, 'Grace', 'garden');
    await ada.button('People').click();
  });

  after(async () => {
    await Promise.all([ada?.close(), grace?.close()]);
    await Promise.all([browser?.close(), server?.close()]);
  });

  /** The line of a person in the list. */
  const line = ({ page }: Visitor, name: string): Locator =>
    page.locator('#people-list .person').filter({ hasText: name });

  /** The names in the list, in their order. */
  const names = ({ page }: Visitor): Promise<string[]> =>
    page.locator('#people-list .person-name').allTextContents();

  /** Presses one of the buttons that Ada has for Grace. */
  const act = async (label: string): Promise<void> => {
    await line(ada, 'Grace').getByRole('button', { name: label }).click();
  };

  it('see only the controls that they may use', async () => {
    await grace.button('People').click();
    await line(grace, 'Ada').getByText('Moderator').waitFor();
    assert.equal(await grace.button('Actions for Ada').count(), 0);
    assert.ok(await grace.page.locator('#room-switches').isHidden());
    await grace.button('People').click();
  });

  it('are muted, asked to speak, and have their video stopped', async () => {
    await ada.button('Actions for Grace').click();
    await act('Mute');
    await grace.notice(/A moderator has muted your microphone/).waitFor();
    await act('Ask to unmute');
    await grace.notice(/asks you to turn on your microphone/).waitFor();
    await act('Stop video');
    await grace.ownTile('camera off').waitFor();
    assert.deepEqual(await grace.openDevices(), ['audio']);
    await ada.button('Mute all').waitFor();
  });

  it('raise hands, in an order, and react', async () => {
    await grace.button('React').click();
    await grace.button('Raise hand').click();
    await ada.tile('Grace', 'hand raised').waitFor();
    await line(ada, 'Grace').getByText('hand raised, number').waitFor();
    assert.deepEqual(await names(ada), ['Grace', 'Ada (you)']);
    await ada.button('React').click();
    await ada.button('Raise hand').click();
    await grace.tile('Ada', 'hand raised').waitFor();
    assert.deepEqual(await names(ada), ['Grace', 'Ada (you)']);
    await grace.button('Lower hand').click();
    await ada.tile('Grace', 'hand raised').waitFor({ state: 'detached' });
    assert.deepEqual(await names(ada), ['Ada (you)', 'Grace']);
    await grace.button('Applause').click();
    await ada.tile('Grace').getByText('👏').waitFor();
    await grace.ownTile().getByText('👏').waitFor();
    // They would cover what the user goes on to.
    await grace.button('Settings').click();
    await grace.button('Applause').waitFor({ state: 'hidden' });
  });

  it('are worked with by keyboard alone', async () => {
    const { keyboard } = ada.page;
    const more = ada.button('Actions for Grace');
    await more.focus();
    await keyboard.press('Enter');
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    await ada.page
      .locator('.person-actions button:focus')
      .filter({ hasText: /Ask to unmute|Make moderator/ })
      .waitFor();
    await keyboard.press('Escape');
    await ada.page.locator('.person-more:focus').waitFor();
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    await keyboard.press('Escape');
    await ada.page.locator('#people').waitFor({ state: 'hidden' });
    await ada.page.locator('#people-button:focus').waitFor();
    await keyboard.press('Enter');
  });

  it('clear the chat of all', async () => {
    await grace.button('Chat').click();
    await grace.page.getByLabel('Message', { exact: true }).fill('Hello');
    await grace.page.keyboard.press('Enter');
    await grace.page.locator('.chat-message').getByText('Hello').waitFor();
    await ada.button('Clear chat').click();
    await grace.page.getByText('A moderator has cleared the chat.').waitFor();
    assert.equal(await grace.page.locator('.chat-message').count(), 0);
    await grace.button('Chat').click();
  });

  it('become moderators, who share what they set', async () => {
    await ada.button('Actions for Grace').click();
    await act('Make moderator');
    await grace.button('People').click();
    const lock = (visitor: Visitor): Locator =>
      visitor.page.getByLabel('Lock the room');
    await lock(grace).check();
    await ada.page.locator('#lock-switch:checked').waitFor();
    await lock(ada).uncheck();
    await grace.page.locator('#lock-switch:not(:checked)').waitFor();
  });

  it('are put in the spotlight, also for those who come later', async () => {
    await act('Spotlight for everyone');
    await ada.tile('Grace', 'in the spotlight').waitFor();
    await ada.tile('Grace').locator('.tile-spotlit').waitFor();
    await grace.notice(/everyone in the room sees you large/).waitFor();
    await using mary = await Visitor.joinToWatch(
      browser,
      server.url,
      'Mary',
      'garden',
    );
    const isLarge = (visitor: Visitor, name: string): Promise<void> =>
      visitor.until(`(() => {
        const areas = [...document.querySelectorAll('#grid .tile')].map((it) => [
          it.clientWidth * it.clientHeight,
          it.querySelector('.tile-name').textContent,
        ]);
        const [first, second] = areas.toSorted(([one], [other]) => other - one);
        return first[1].includes(${JSON.stringify(name)}) && first[0] > 2 * second[0];
      })()`);
    await isLarge(mary, 'Grace');
    await mary.button('Pin Ada').click();
    await isLarge(mary, 'Ada');
    await mary.button('Pin Ada').click();
    await isLarge(mary, 'Grace');
    await grace.button('End spotlight').click();
    await mary.tile('Grace', 'in the spotlight').waitFor({ state: 'detached' });
    await mary
      .tile('Grace')
      .locator('.tile-spotlit')
      .waitFor({ state: 'hidden' });
    // A moderator may put itself there.
    await ada.button('Actions for Ada').click();
    await line(ada, 'Ada')
      .getByRole('button', { name: 'Spotlight for everyone' })
      .click();
    await ada.notice(/everyone in the room sees you large/).waitFor();
    await isLarge(mary, 'Ada');
    await ada.button('End spotlight').click();
    await ada.notice(/sees you large/).waitFor({ state: 'detached' });
    // The notice to one who may not end it is dismissed for good.
    await ada.button('Actions for Mary').click();
    await line(ada, 'Mary')
      .getByRole('button', { name: 'Spotlight for everyone' })
      .click();
    const told = mary.notice(/sees you large/);
    await told.getByRole('button', { name: 'Dismiss' }).click();
    await mary.button('React').click();
    await mary.button('Raise hand').click();
    await mary.ownTile('hand raised').waitFor();
    assert.equal(await told.count(), 0);
  });

  it('are removed after a question', async () => {
    await act('Remove…');
    await ada.button('Cancel').click();
    await act('Remove…');
    await ada.button('Remove').click();
    await grace.page
      .getByText('A moderator removed you from the room.')
      .waitFor();
    await ada.tile('Grace').waitFor({ state: 'detached' });
    assert.deepEqual(await names(ada), ['Ada (you)']);
  });

  it('are kept out where that was chosen', async () => {
    await grace.button('Join again').click();
    await ada.tile('Grace').waitFor();
    await ada.button('Actions for Grace').click();
    await act('Remove…');
    await ada.page.getByLabel(/Keep them out/).check();
    await ada.button('Remove').click();
    await grace.page.getByText('does not let you in again').waitFor();
    await grace.button('Back to the entrance').click();
    await grace.button('Join').click();
    await grace.page
      .getByText('You could not join: A moderator has banned you')
      .waitFor();
  });

  it('leave together when the meeting ends', async () => {
    await ada.button('End meeting…').click();
    await ada.button('End the meeting').click();
    await ada.page
      .getByText('A moderator has ended the meeting for everyone.')
      .waitFor();
  });
});
