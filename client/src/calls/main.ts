import { Account } from './Account.ts';
import { receiveUser } from './accountEntrance.ts';
import { receiveGuest } from './guestEntrance.ts';
import { GuestSession } from './GuestSession.ts';
import { shareFromAddress } from './shareLink.ts';

const account = new Account();
const guest = new GuestSession();
const share = shareFromAddress() ?? guest.share;

if (share === undefined) {
  receiveUser(account);
} else {
  receiveGuest(
    guest,
    share,
    account.isLoggedIn ? 'Back to your account' : 'Log in instead',
  );
}

// A link that is opened in the tab of the page does not load it again.
window.addEventListener('hashchange', () => {
  if (shareFromAddress() !== undefined) {
    location.reload();
  }
});
