import { Account } from './Account.ts';
import { receiveUser } from './accountEntrance.ts';
import { receiveGuest } from './guestEntrance.ts';
import { GuestSession } from './GuestSession.ts';
import { shareFromAddress } from './shareLink.ts';
import { text } from '../texts/texts.ts';
import { calls } from '../texts/en/calls.ts';
import { startTexts } from '../texts/startTexts.ts';

await startTexts(calls);

const account = new Account();
const guest = new GuestSession();
const share = shareFromAddress() ?? guest.share;

if (share === undefined) {
  receiveUser(account);
} else {
  receiveGuest(guest, share, () =>
    account.isLoggedIn ? text('home.backToAccount') : text('home.logInInstead'),
  );
}

// A link that is opened in the tab of the page does not load it again.
window.addEventListener('hashchange', () => {
  if (shareFromAddress() !== undefined) {
    location.reload();
  }
});
