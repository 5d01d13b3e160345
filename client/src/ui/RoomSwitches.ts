import type { Power, RoomControls } from '../RoomControls.ts';
import type { ConfirmDialog } from './ConfirmDialog.ts';
import { find } from './find.ts';
import { text } from '../texts/texts.ts';

/** The controls of the whole room; the user sees only those they may use. */
export class RoomSwitches {
  readonly #root: HTMLElement;
  readonly #lock: HTMLInputElement;
  readonly #lobby: HTMLInputElement;
  readonly #byPower: [Power, HTMLElement][];
  readonly #confirm: ConfirmDialog;
  readonly #run: (action: Promise<unknown>) => void;
  #controls: RoomControls | undefined;

  /** @param run - Waits for a request, and shows its failure. */
  constructor(
    panel: ParentNode,
    confirm: ConfirmDialog,
    run: (action: Promise<unknown>) => void,
  ) {
    this.#root = find(panel, '#room-switches', HTMLElement);
    this.#lock = find(this.#root, '#lock-switch', HTMLInputElement);
    this.#lobby = find(this.#root, '#lobby-switch', HTMLInputElement);
    this.#confirm = confirm;
    this.#run = run;
    const button = (id: string): HTMLButtonElement =>
      find(this.#root, id, HTMLButtonElement);
    const muteAll = button('#mute-all');
    const clearChat = button('#clear-chat');
    const endMeeting = button('#end-meeting');
    this.#byPower = [
      ['lock', this.#lock.parentElement ?? this.#lock],
      ['lobby', this.#lobby.parentElement ?? this.#lobby],
      ['mute', muteAll],
      ['chat', clearChat],
      ['close', endMeeting],
    ];
    this.#lock.addEventListener('change', () =>
      this.#ask((controls) => controls.setLocked(this.#lock.checked)),
    );
    this.#lobby.addEventListener('change', () =>
      this.#ask((controls) => controls.setLobby(this.#lobby.checked)),
    );
    muteAll.addEventListener('click', () =>
      this.#ask((controls) => controls.request('muteAll', { source: 'mic' })),
    );
    clearChat.addEventListener('click', () =>
      this.#ask((controls) => controls.clearChat()),
    );
    endMeeting.addEventListener('click', () => void this.#end());
  }

  follow(controls: RoomControls): void {
    this.#controls = controls;
    controls.on('change', () => this.#show());
  }

  #show(): void {
    const controls = this.#controls;
    this.#lock.checked = controls?.locked ?? false;
    this.#lobby.checked = controls?.lobby ?? false;
    for (const [power, element] of this.#byPower) {
      element.hidden = !controls?.can(power);
    }
    this.#root.hidden = this.#byPower.every(([, { hidden }]) => hidden);
  }

  async #end(): Promise<void> {
    const agreed = await this.#confirm.ask({
      text: () => text('people.ends'),
      action: () => text('people.endMeeting'),
    });
    if (agreed) {
      this.#ask((controls) => controls.request('closeRoom'));
    }
  }

  /** Asks the room; a switch that was refused goes back. */
  #ask(action: (controls: RoomControls) => Promise<unknown>): void {
    if (this.#controls) {
      const done = action(this.#controls);
      this.#run(done.finally(() => this.#show()));
    }
  }
}
