import { find } from '../../src/ui/find.ts';
import { faultOf } from './faults.ts';
import { Frame } from './Frame.ts';
import { forgetKey, Session, storedKey } from './Session.ts';
import { showTitle } from './ui/showTitle.ts';

const entrance = find(document, '#entrance', HTMLElement);
const frame = find(document, '#frame', HTMLElement);
const form = find(document, '#key-form', HTMLFormElement);
const input = find(form, '#key-input', HTMLInputElement);
const message = find(form, '#key-message', HTMLElement);
const submit = find(form, 'button', HTMLButtonElement);

/** The operator who has signed in, with the dashboard. */
let opened: { session: Session; frame: Frame } | undefined;

/** Shows the entrance, with the reason if there is one. */
function signOut(error?: unknown): void {
  forgetKey();
  opened?.frame.close();
  opened?.session.close();
  opened = undefined;
  frame.hidden = true;
  entrance.hidden = false;
  showTitle('Dashboard');
  message.textContent = error === undefined ? '' : faultOf(error);
  input.value = '';
  input.focus();
}

async function signIn(key: string): Promise<void> {
  submit.disabled = true;
  message.textContent = '';
  try {
    const session = await Session.start(key, signOut);
    entrance.hidden = true;
    frame.hidden = false;
    input.value = '';
    opened = { session, frame: new Frame(session, signOut) };
  } catch (error) {
    signOut(error);
  } finally {
    submit.disabled = false;
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const key = input.value.trim();
  // Others cannot be sent in a header.
  if (/^[\x21-\x7e]+$/.test(key)) {
    void signIn(key);
  } else {
    message.textContent =
      'Enter a key: its id, a full stop, and its secret, without spaces.';
    input.focus();
  }
});

find(document, '#sign-out-button', HTMLButtonElement).addEventListener(
  'click',
  () => signOut(),
);

const stored = storedKey();
if (stored === undefined) {
  entrance.hidden = false;
  input.focus();
} else {
  void signIn(stored);
}
