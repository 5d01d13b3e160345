import { Emitter } from 'videoconf-sdk/core';
import type { DeviceSource } from 'videoconf-sdk/core';
import type { Occupancy } from '../occupancy.ts';
import type { Preferences } from '../preferences.ts';
import { MAX_ROOM_ID, roomIdFrom, roomIdProblem } from '../roomId.ts';
import { find } from './find.ts';
import { list, text, timeOfDay } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** A visible character. */
const SEEN =
  /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Most characters of a name in the list of those who are inside. */
const LONGEST_NAME = 24;

/** The input of the form. Encryption is chosen for each room. */
export type Entry = Pick<Preferences, 'room' | 'name' | 'mic' | 'camera'> & {
  encrypt: boolean;
};

type JoinFormEvents = {
  join: [Entry];
  /** The user has turned a device on or off. */
  source: [source: 'mic' | 'camera', wanted: boolean];
  /** The user is about to join a room: does something after naming it. */
  approach: [room: string];
  /** The user no longer wants to wait for the server. */
  cancel: [];
};

/** The form at the entrance. */
export class JoinForm extends Emitter<JoinFormEvents> {
  readonly #form: HTMLFormElement;
  readonly #head: HTMLElement;
  readonly #inside: HTMLElement;
  readonly #roomField: HTMLElement;
  readonly #preview: HTMLElement;
  readonly #shownName: HTMLElement;
  readonly #room: HTMLInputElement;
  readonly #name: HTMLInputElement;
  readonly #mic: HTMLInputElement;
  readonly #camera: HTMLInputElement;
  readonly #encrypt: HTMLInputElement;
  readonly #submit: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #message: HTMLElement;

  constructor(root: ParentNode) {
    super();
    this.#form = find(root, '#join-form', HTMLFormElement);
    this.#head = find(root, '#join-head', HTMLElement);
    this.#inside = find(root, '#join-inside', HTMLElement);
    this.#roomField = find(root, '#room-field', HTMLElement);
    this.#preview = find(root, '#preview', HTMLElement);
    this.#shownName = find(root, '#preview-name', HTMLElement);
    this.#room = find(root, '#room-input', HTMLInputElement);
    this.#name = find(root, '#name-input', HTMLInputElement);
    this.#mic = find(root, '#with-mic', HTMLInputElement);
    this.#camera = find(root, '#with-camera', HTMLInputElement);
    this.#encrypt = find(root, '#with-encryption', HTMLInputElement);
    this.#submit = find(root, '#join-button', HTMLButtonElement);
    this.#cancel = find(root, '#cancel-button', HTMLButtonElement);
    this.#message = find(root, '#join-message', HTMLElement);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#onSubmit();
    });
    this.#room.addEventListener('change', () => {
      this.#room.value = roomIdFrom(this.#room.value);
    });
    this.#name.addEventListener('input', () => this.#showName());
    for (const [source, input] of [
      ['mic', this.#mic],
      ['camera', this.#camera],
    ] as const) {
      input.addEventListener('change', () =>
        this.emit('source', source, input.checked),
      );
    }
    find(root, '#other-room', HTMLButtonElement).addEventListener(
      'click',
      () => {
        this.#invite(false);
        this.#room.focus();
      },
    );
    for (const input of [this.#room, this.#name]) {
      // Checked when a field is left, and from then on while it is corrected.
      input.addEventListener('change', () => this.#check(input));
      input.addEventListener('input', () => {
        if (input.getAttribute('aria-invalid') === 'true') {
          this.#check(input);
        }
      });
    }
    for (const type of ['input', 'keydown']) {
      this.#form.addEventListener(type, ({ target }) => this.#onTouch(target));
    }
    this.#submit.addEventListener('pointerover', () =>
      this.#onTouch(this.#submit),
    );
    this.#cancel.addEventListener('click', () => this.emit('cancel'));
  }

  /** Offers the devices that the user may send. */
  offer(devices: readonly DeviceSource[]): void {
    for (const [source, box] of [
      ['mic', this.#mic],
      ['camera', this.#camera],
    ] as const) {
      find(this.#preview, `label:has(#${box.id})`, HTMLElement).hidden =
        !devices.includes(source);
    }
    this.#preview.hidden = devices.length === 0;
  }

  /** Fills in known values; the room of an invitation need not be chosen. */
  prefill(
    { room, name, mic, camera, encrypt }: Entry,
    { invited }: { invited: boolean },
  ): void {
    this.#room.value = room;
    find(this.#head, '#join-room', HTMLElement).textContent = room;
    this.#invite(invited && roomIdProblem(room) === undefined);
    this.#name.value = name;
    this.#mic.checked = mic;
    this.#camera.checked = camera;
    this.#encrypt.checked = encrypt;
    this.#showName();
  }

  /** The room of the invitation that is shown, if one is. */
  get invitedTo(): string | undefined {
    return this.#head.hidden ? undefined : this.#room.value;
  }

  /** Tells who is in the room of the invitation; undefined where that is unknown. */
  showInside(occupancy: Occupancy | undefined): void {
    const { count = 0, names = [], since = Date.now() } = occupancy ?? {};
    showText(this.#inside, () =>
      count === 0
        ? ''
        : text('entrance.inside', {
            people: peopleOf(names, count),
            time: timeOfDay(since),
          }),
    );
  }

  /** Focuses the first empty field, or else the button. */
  focus(): void {
    if (this.#room.value === '') {
      this.#room.focus();
    } else if (this.#name.value === '') {
      this.#name.focus();
    } else {
      this.#submit.focus();
    }
  }

  /** Shows the progress of joining. */
  showProgress(words: () => string): void {
    this.#submit.disabled = true;
    showText(this.#submit, () => text('entrance.joining'));
    this.#cancel.hidden = false;
    this.#say(words, 'progress');
  }

  /** Accepts input again, with a sentence about what went wrong, if anything. */
  reset(problem: () => string): void {
    this.#submit.disabled = false;
    showText(this.#submit, () => text('entrance.join'));
    this.#cancel.hidden = true;
    this.#say(problem, 'problem');
  }

  #invite(invited: boolean): void {
    this.#head.hidden = !invited;
    this.#roomField.hidden = invited;
  }

  /** Shows the name as others will see it. */
  #showName(): void {
    showText(
      this.#shownName,
      () => this.#name.value.trim() || text('entrance.you'),
    );
  }

  #say(words: () => string, tone: 'progress' | 'problem'): void {
    showText(this.#message, words);
    this.#message.dataset['tone'] = tone;
  }

  #onTouch(target: EventTarget | null): void {
    const room = this.#room.value;
    if (
      target !== this.#room &&
      !this.#submit.disabled &&
      roomIdProblem(room) === undefined
    ) {
      this.emit('approach', room);
    }
  }

  #onSubmit(): void {
    // The Enter key submits before the field has changed.
    if (document.activeElement === this.#room) {
      this.#room.value = roomIdFrom(this.#room.value);
    }
    const problems = [this.#room, this.#name].filter(
      (input) => !this.#check(input),
    );
    if (problems[0]) {
      problems[0].focus();
      return;
    }
    this.emit('join', {
      room: this.#room.value,
      name: this.#name.value.trim(),
      mic: this.#mic.checked,
      camera: this.#camera.checked,
      encrypt: this.#encrypt.checked,
    });
  }

  /** Shows or removes the hint of a field. Returns true if the field is valid. */
  #check(input: HTMLInputElement): boolean {
    const problem = (): string | undefined =>
      input === this.#room
        ? roomHint(roomIdFrom(input.value))
        : SEEN.test(input.value)
          ? undefined
          : text('entrance.enterName');
    const valid = problem() === undefined;
    const hint = find(this.#form, `#${input.id}-hint`, HTMLElement);
    showText(hint, () => (valid ? '' : (problem() ?? '')));
    input.setAttribute('aria-invalid', String(!valid));
    return valid;
  }
}

/** A few people by their names, and the others by their number. */
function peopleOf(names: readonly string[], count: number): string {
  const named = names.slice(0, count > 3 ? 2 : 3).map(shortened);
  const others = count - named.length;
  return list(
    others > 0 ? [...named, text('entrance.others', { count: others })] : named,
  );
}

function shortened(name: string): string {
  const characters = Array.from(name);
  return characters.length > LONGEST_NAME
    ? `${characters.slice(0, LONGEST_NAME).join('').trimEnd()}…`
    : name;
}

/** The hint at the fault of a room's name; undefined if it has none. */
function roomHint(roomId: string): string | undefined {
  switch (roomIdProblem(roomId)) {
    case 'missing':
      return text('entrance.enterRoom');
    case 'tooLong':
      return text('entrance.roomTooLong', {
        most: MAX_ROOM_ID,
        length: roomId.length,
      });
    case 'unseen':
      return text('entrance.roomUnseen');
    case undefined:
      return undefined;
  }
}
