import type { Account } from './Account.ts';
import { CallEntry } from './CallEntry.ts';
import { CallsPage } from './CallsPage.ts';
import { Conversations } from './Conversations.ts';
import { LoginForm } from './ui/LoginForm.ts';
import { showView } from '../ui/showView.ts';
import { ACCOUNT_WORDS } from './words.ts';

/** Lets a user in who has an account, or makes one. */
export function receiveUser(account: Account): void {
  const form = new LoginForm();
  const conversations = new Conversations(account);
  const page = new CallsPage(
    {
      user: account,
      conversations,
      entry: new CallEntry(conversations),
      words: ACCOUNT_WORDS,
    },
    showLogin,
  );

  /** Shows the form, with a sentence about what went wrong, if anything. */
  function showLogin(problem = (): string => ''): void {
    showView('entrance');
    form.reset(problem);
    form.focus();
  }

  /** Tries to log in, and shows the calls or what is in the way. */
  async function attempt(login: () => Promise<void>): Promise<void> {
    try {
      await login();
      const profile = await account.profile();
      form.clear();
      page.open(profile);
    } catch (error) {
      const { message } = error as Error;
      showLogin(() => message);
    }
  }

  form.on('logIn', (email, password) => {
    void attempt(() => account.logIn(email, password));
  });
  form.on('register', (email, name, password) => {
    void attempt(() => account.register(email, name, password));
  });
  if (account.isLoggedIn) {
    void attempt(() => Promise.resolve());
  } else {
    showLogin();
  }
}
