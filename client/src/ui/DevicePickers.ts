import { Emitter } from 'videoconf-sdk/core';
import { preferences } from '../preferences.ts';
import type { Preferences } from '../preferences.ts';
import { find } from './find.ts';
import { playTestSound } from './testSound.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** A kind of device, and the setting that keeps the one that was chosen. */
const SETTINGS = {
  videoinput: 'cameraId',
  audioinput: 'micId',
  audiooutput: 'speakerId',
} as const satisfies Record<MediaDeviceKind, keyof Preferences>;

const KINDS = Object.keys(SETTINGS) as MediaDeviceKind[];

type DevicePickersEvents = {
  /** The user has chosen another device. */
  pick: [setting: (typeof SETTINGS)[MediaDeviceKind], id: string];
};

/** Lists of cameras, microphones and speakers, and a sound to try a speaker with. */
export class DevicePickers extends Emitter<DevicePickersEvents> {
  readonly #lists = new Map<MediaDeviceKind, HTMLSelectElement>();

  constructor(root: HTMLElement) {
    super();
    const template = find(document, '#devices-template', HTMLTemplateElement);
    root.append(template.content.cloneNode(true));
    for (const kind of KINDS) {
      const selector = `select[data-kind="${kind}"]`;
      const list = find(root, selector, HTMLSelectElement);
      list.addEventListener('change', () =>
        this.emit('pick', SETTINGS[kind], list.value),
      );
      this.#lists.set(kind, list);
    }
    find(root, '.speaker-field', HTMLElement).hidden = !(
      'setSinkId' in HTMLMediaElement.prototype
    );
    find(root, '.test-sound', HTMLButtonElement).addEventListener(
      'click',
      () => void playTestSound(preferences().speakerId).catch(() => undefined),
    );
    navigator.mediaDevices?.addEventListener(
      'devicechange',
      () => void this.refresh(),
    );
  }

  /** Lists the devices that the browser reveals. */
  async refresh(): Promise<void> {
    const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    for (const [kind, list] of this.#lists) {
      const known = devices.filter(
        (device) => device.kind === kind && device.deviceId !== '',
      );
      const chosen = preferences()[SETTINGS[kind]];
      list.replaceChildren(
        optionOf(() => text('settings.browserChoice'), ''),
        ...known
          .filter(({ deviceId }) => deviceId !== 'default')
          .map(({ label, deviceId }, index) =>
            optionOf(
              () => label || text('settings.device', { number: index + 1 }),
              deviceId,
            ),
          ),
      );
      list.value = chosen;
      if (list.selectedIndex === -1) {
        list.value = '';
      }
    }
  }
}

function optionOf(words: () => string, value: string): HTMLOptionElement {
  const option = new Option('', value);
  showText(option, words);
  return option;
}
