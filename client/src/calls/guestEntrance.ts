import { CallsPage } from './CallsPage.ts';
import { GuestConversation } from './GuestConversation.ts';
import { GuestEntry } from './GuestEntry.ts';
import type { GuestSession } from './GuestSession.ts';
import { ownAddress } from './shareLink.ts';
import { InvitationForm } from './ui/InvitationForm.ts';
import { showView } from '../ui/showView.ts';
import { GUEST_WORDS } from './words.ts';

/**
 * Lets a guest in by a share link.
 *
 * @param account - The words of the button for those who have an account.
 */
export function receiveGuest(
  guest: GuestSession,
  share: string,
  account: () => string,
): void {
  document.body.dataset['user'] = 'guest';
  const form = new InvitationForm(account);
  const conversations = new GuestConversation(guest);
  const page = new CallsPage(
    {
      user: guest,
      conversations,
      entry: new GuestEntry(conversations),
      words: GUEST_WORDS,
    },
    showInvitation,
  );

  /** Shows the form, with a sentence about what went wrong, if anything. */
  function showInvitation(problem = (): string => ''): void {
    showView('entrance');
    form.reset(problem);
    form.focus();
  }

  /** Shows the conversation, or what is in the way of a session. */
  async function attempt(start: () => Promise<void>): Promise<void> {
    try {
      await start();
      // Others may see the address bar, and the history of the browser.
      history.replaceState(null, '', ownAddress());
      page.open(await guest.profile());
    } catch (error) {
      const { message } = error as Error;
      showInvitation(() => message);
    }
  }

  form.on('join', (name) => {
    void attempt(() => guest.start(share, name));
  });
  form.on('account', () => {
    guest.leave();
    location.assign(ownAddress());
  });
  if (guest.share === share) {
    void attempt(() => Promise.resolve());
  } else {
    showInvitation();
  }
}
