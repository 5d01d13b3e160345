import { Emitter } from 'videoconf-sdk/core';
import type { DeviceSource, LocalMedia } from 'videoconf-sdk/core';
import { deviceChoices, sourceOf } from '../deviceChoices.ts';
import { preferences, savePreferences } from '../preferences.ts';
import type { Preferences } from '../preferences.ts';
import { DevicePickers } from './DevicePickers.ts';
import { find } from './find.ts';
import { Level } from './Level.ts';
import { SidePanel } from './SidePanel.ts';
import type { Speaker } from './Speaker.ts';
import { ViewSettings } from './ViewSettings.ts';

/** The settings of how the microphone is processed. */
type Processing = keyof Pick<
  Preferences,
  'noiseSuppression' | 'echoCancellation' | 'autoGainControl'
>;

type SettingsPanelEvents = {
  /** The user wants to see the keys. */
  keys: [];
};

/** The panel with devices and how they are used, for the time of a visit. */
export class SettingsPanel extends Emitter<SettingsPanelEvents> {
  readonly #panel: SidePanel;
  readonly #pickers: DevicePickers;
  readonly #level: Level;
  readonly #view: ViewSettings;
  readonly #switches: HTMLInputElement[];
  readonly #arrivalSound: HTMLInputElement;
  #media: LocalMedia | undefined;

  /** `onView` arranges the people anew. */
  constructor(root: ParentNode, speaker: Speaker, onView: () => void) {
    super();
    const panel = find(root, '#settings', HTMLElement);
    this.#pickers = new DevicePickers(
      find(panel, '#settings-devices', HTMLElement),
    );
    this.#pickers.on('pick', (setting, id) => {
      savePreferences({ [setting]: id });
      if (setting === 'speakerId') {
        speaker.use(id);
      } else {
        this.#apply(sourceOf(setting));
      }
    });
    this.#level = new Level(find(panel, '#settings-level', HTMLElement));
    this.#view = new ViewSettings(panel, onView);
    const sound = find(panel, '#settings-sound', HTMLElement);
    this.#switches = [...sound.querySelectorAll<HTMLInputElement>('[name]')];
    for (const input of this.#switches) {
      input.addEventListener('change', () => {
        savePreferences({ [input.name]: input.checked });
        this.#apply('mic');
      });
    }
    this.#arrivalSound = find(panel, '#arrival-sound', HTMLInputElement);
    this.#arrivalSound.addEventListener('change', () =>
      savePreferences({ arrivalSound: this.#arrivalSound.checked }),
    );
    find(panel, '#keys-button', HTMLButtonElement).addEventListener(
      'click',
      () => this.emit('keys'),
    );
    this.#panel = new SidePanel(
      panel,
      find(root, '#settings-button', HTMLButtonElement),
      {
        onOpen: () => {
          find(panel, 'h2', HTMLElement).focus();
          this.#show();
        },
        onClose: () => this.#level.follow(undefined),
      },
    );
  }

  /** Sets the devices of a visit. */
  follow(media: LocalMedia): void {
    this.#media = media;
    media.on('change', () => {
      if (this.#panel.isOpen) {
        this.#level.follow(media.track('mic'));
      }
    });
  }

  close(): void {
    this.#panel.close();
  }

  #show(): void {
    this.#view.show();
    for (const input of this.#switches) {
      input.checked = preferences()[input.name as Processing];
    }
    this.#arrivalSound.checked = preferences().arrivalSound;
    this.#level.follow(this.#media?.track('mic'));
    void this.#pickers.refresh();
  }

  #apply(source: DeviceSource): void {
    void this.#media?.setConstraints(
      source,
      deviceChoices(preferences())[source],
    );
  }
}
