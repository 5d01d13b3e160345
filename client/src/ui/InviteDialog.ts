import { requestFailure } from '../failures.ts';
import type { RoomControls } from '../RoomControls.ts';
import { invitationLink, roomLink } from '../roomLink.ts';
import { CopyLinkButton } from './CopyLinkButton.ts';
import { find } from './find.ts';
import { LinkCode } from './LinkCode.ts';
import { dateAndTime, number, text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

const HOUR = 3_600;

const DAY = 24 * HOUR;

/** The times for which a link may be good, as the user reads them and in s. */
const TIMES = [
  { count: 1, unit: 'hour', seconds: HOUR },
  { count: 8, unit: 'hour', seconds: 8 * HOUR },
  { count: 1, unit: 'day', seconds: DAY },
  { count: 1, unit: 'week', seconds: 7 * DAY },
  { count: 1, unit: 'month', seconds: 30 * DAY },
] as const;

/** The roles that an invitation may give. */
const ROLES = ['guest', 'member', 'moderator'] as const;

/** The room that others are brought into. */
type InvitedRoom = {
  roomId: string;
  /** The key of the room, where media is encrypted end to end. */
  key: string | undefined;
  /** The user came by a personal invitation link, as everyone has to. */
  invited: boolean;
};

/**
 * The ways to bring others into the room. Where tokens are required, moderators make a
 * link for each person, and others are told why they cannot.
 */
export class InviteDialog {
  readonly #dialog = find(document, '#invite-dialog', HTMLDialogElement);
  readonly #choice = find(this.#dialog, '#invite-choice', HTMLElement);
  readonly #role = find(this.#dialog, '#invite-role', HTMLSelectElement);
  readonly #time = find(this.#dialog, '#invite-time', HTMLSelectElement);
  readonly #make = find(this.#dialog, '#invite-make', HTMLButtonElement);
  readonly #ready = find(this.#dialog, '#invite-ready', HTMLElement);
  readonly #field = find(this.#dialog, '#invite-link', HTMLInputElement);
  readonly #copy = find(this.#dialog, '.copy-link', HTMLButtonElement);
  readonly #close = find(this.#dialog, '#invite-close', HTMLButtonElement);
  readonly #share = find(this.#dialog, '#invite-share', HTMLButtonElement);
  readonly #message = find(this.#dialog, '#invite-message', HTMLElement);
  readonly #code = new LinkCode(this.#dialog);
  #room: InvitedRoom | undefined;
  #controls: RoomControls | undefined;
  #isMaking = false;

  /** Opens by each button of the class `invite`. */
  constructor(root: ParentNode) {
    for (const button of root.querySelectorAll('button.invite')) {
      button.addEventListener('click', () => this.#open());
    }
    this.#make.addEventListener('click', () => void this.#makeLink());
    for (const choice of [this.#role, this.#time]) {
      choice.addEventListener('change', () => this.#withdraw());
    }
    new CopyLinkButton(
      this.#copy,
      () => this.#field.value,
      () => this.#copyByHand(),
    );
    // Some browsers have no sheet to share with.
    this.#share.hidden = !('share' in navigator);
    this.#share.addEventListener('click', () => void this.#shareLink());
    this.#dialog.addEventListener('close', () => {
      // The button on the empty seat is gone once someone has come.
      const { activeElement } = document;
      if (
        activeElement === document.body ||
        this.#dialog.contains(activeElement)
      ) {
        find(root, '#invite-button', HTMLButtonElement).focus();
      }
    });
  }

  follow(room: InvitedRoom, controls: RoomControls): void {
    this.#room = room;
    this.#controls = controls;
  }

  /** Closes, and forgets the link. */
  close(): void {
    this.#room = undefined;
    this.#controls = undefined;
    this.#withdraw();
    this.#dialog.close();
  }

  #open(): void {
    const { roomId, key, invited } = this.#room ?? {};
    if (roomId === undefined) {
      return;
    }
    const mayInvite = this.#controls?.can('invite') ?? false;
    this.#withdraw();
    find(this.#dialog, '.announcer', HTMLElement).textContent = '';
    this.#choice.hidden = !invited || !mayInvite;
    showText(find(this.#dialog, '#invite-why', HTMLElement), () =>
      invited
        ? text(mayInvite ? 'invite.each' : 'room.invitedOnly')
        : text(key === undefined ? 'invite.open' : 'invite.openWithKey'),
    );
    if (!invited) {
      this.#showLink(roomLink(roomId, key));
    } else if (mayInvite) {
      this.#offerChoices();
    }
    this.#dialog.showModal();
    [this.#role, this.#copy, this.#close]
      .find((it) => it.checkVisibility())
      ?.focus();
  }

  /** Offers what the server may grant. */
  #offerChoices(): void {
    const controls = this.#controls;
    const mayAppoint = controls?.mayAppoint ?? false;
    for (const option of this.#role.options) {
      option.hidden = option.value === 'moderator' && !mayAppoint;
      option.disabled = option.hidden;
    }
    this.#role.value = 'member';
    const longest = controls?.longestInvitation ?? 0;
    const times = TIMES.filter(({ seconds }) => seconds <= longest);
    this.#time.replaceChildren(
      ...times.map(
        ({ count, unit, seconds }) =>
          new Option(
            number(count, { style: 'unit', unit, unitDisplay: 'long' }),
            String(seconds),
          ),
      ),
    );
    find(this.#dialog, '#invite-time-field', HTMLElement).hidden =
      times.length === 0;
    this.#time.value = String(Math.min(DAY, times.at(-1)?.seconds ?? DAY));
  }

  /** Has the server make a link for one person. */
  async #makeLink(): Promise<void> {
    const controls = this.#controls;
    const { roomId = '', key } = this.#room ?? {};
    const role = ROLES.find((it) => it === this.#role.value);
    const time = this.#time.value;
    if (!controls || role === undefined || this.#isMaking) {
      return;
    }
    this.#withdraw();
    this.#setMaking(true);
    try {
      const { token, expiresAt } = await controls.request('createInvitation', {
        role,
        ...(time !== '' && { ttl: Number(time) }),
      });
      // Another choice may have been made meanwhile.
      const isWanted = this.#role.value === role && this.#time.value === time;
      if (this.#controls === controls && this.#dialog.open && isWanted) {
        this.#showLink(invitationLink(roomId, token, key));
        showText(this.#make, () => text('invite.another'));
        this.#say(() => text('invite.made', { time: dateAndTime(expiresAt) }));
        this.#copy.focus();
      }
    } catch (error) {
      this.#say(() => requestFailure(error).text);
    } finally {
      this.#setMaking(false);
    }
  }

  #setMaking(isMaking: boolean): void {
    this.#isMaking = isMaking;
    // Not `disabled`, which would take the keyboard's focus away.
    this.#make.setAttribute('aria-disabled', String(isMaking));
  }

  #showLink(link: string): void {
    const { roomId: room = '' } = this.#room ?? {};
    this.#field.value = link;
    this.#ready.hidden = false;
    const words = `${text('invite.body', { room })}\n${link}`;
    find(this.#dialog, '#invite-mail', HTMLAnchorElement).href =
      `mailto:?subject=${encodeURIComponent(text('invite.subject', { room }))}&body=${encodeURIComponent(words)}`;
    this.#code.use(link);
  }

  /** Takes back the link that is shown. */
  #withdraw(): void {
    this.#ready.hidden = true;
    this.#field.value = '';
    find(this.#dialog, '#invite-mail', HTMLAnchorElement).removeAttribute(
      'href',
    );
    this.#code.use('');
    showText(this.#make, () => text('invite.make'));
    this.#say(() => '');
  }

  async #shareLink(): Promise<void> {
    const { roomId: room = '' } = this.#room ?? {};
    try {
      await navigator.share({
        title: text('invite.subject', { room }),
        text: text('invite.body', { room }),
        url: this.#field.value,
      });
    } catch (error) {
      // The user who closes the sheet knows.
      if (!(error instanceof DOMException && error.name === 'AbortError')) {
        this.#copyByHand();
      }
    }
  }

  #copyByHand(): void {
    this.#say(() => text('invite.byHand'));
    this.#field.focus();
    this.#field.select();
  }

  #say(words: () => string): void {
    showText(this.#message, words);
  }
}
