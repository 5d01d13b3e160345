import { Account } from './Account.ts';
import { CallsPage } from './CallsPage.ts';
import { LoginForm } from './ui/LoginForm.ts';
import { showView } from '../ui/showView.ts';

const account = new Account();
const form = new LoginForm();

/** Shows the form, with a sentence about what went wrong, if anything. */
function showLogin(problem = ''): void {
  showView('entrance');
  form.reset(problem);
  form.focus();
}

/** Shows the calls of the user who has logged in. */
async function enter(): Promise<void> {
  const profile = await account.profile();
  form.clear();
  page.open(profile);
}

/** Tries to log in, and shows what is in the way. */
async function attempt(login: () => Promise<void>): Promise<void> {
  try {
    await login();
    await enter();
  } catch (error) {
    showLogin((error as Error).message);
  }
}

const page = new CallsPage(account, showLogin);
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
