import { openDevices } from 'videoconf-sdk/core';
import type { DeviceSource } from 'videoconf-sdk/core';
import { deviceChoices, forgetMissing, sourceOf } from '../deviceChoices.ts';
import { deviceProblemSentence } from '../deviceProblems.ts';
import { preferences, savePreferences } from '../preferences.ts';
import { DevicePickers } from './DevicePickers.ts';
import { find } from './find.ts';
import { Level } from './Level.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

const PERMISSIONS = { mic: 'microphone', camera: 'camera' } as const;

/** The user's picture and the level of their microphone, before they join. */
export class Preview {
  readonly #root = find(document, '#preview', HTMLElement);
  readonly #video = find(this.#root, 'video', HTMLVideoElement);
  readonly #start = find(this.#root, '#preview-start', HTMLButtonElement);
  readonly #problem = find(this.#root, '#preview-problem', HTMLElement);
  readonly #devices = find(this.#root, '#devices-button', HTMLButtonElement);
  readonly #level = new Level(find(this.#root, '#preview-level', HTMLElement));
  readonly #pickers: DevicePickers;
  readonly #tracks = new Map<DeviceSource, MediaStreamTrack>();
  /** The last request to open each. */
  readonly #requests = new Map<DeviceSource, symbol>();
  readonly #permitted: readonly DeviceSource[];
  #on = false;

  /** @param permitted - The devices that the user may send. */
  constructor(permitted: readonly DeviceSource[]) {
    this.#permitted = permitted;
    const panel = find(this.#root, '#preview-devices', HTMLElement);
    this.#pickers = new DevicePickers(panel);
    this.#pickers.on('pick', (setting, id) => {
      savePreferences({ [setting]: id });
      if (setting !== 'speakerId') {
        void this.#open([sourceOf(setting)]);
      }
    });
    this.#start.addEventListener('click', () => void this.#begin());
    this.#devices.addEventListener('click', () => {
      panel.hidden = !panel.hidden;
      this.#devices.setAttribute('aria-expanded', String(!panel.hidden));
    });
  }

  /** Opens the devices that the user wants and has allowed before, without a prompt. */
  async begin(): Promise<void> {
    const allowed = await Promise.all(this.#wanted().map(isAllowed));
    if (allowed.length > 0 && allowed.every(Boolean)) {
      await this.#begin();
    }
  }

  /** Offers a preview again after a visit, which the user begins. */
  offer(): void {
    this.handOver([]);
    this.#say(() => '');
    this.#start.hidden = false;
  }

  /** Opens or releases a device, once the preview has begun. */
  async setWanted(source: DeviceSource, wanted: boolean): Promise<void> {
    if (!wanted) {
      this.#requests.delete(source);
      this.#release(source);
      this.#say(() => '');
    } else if (this.#on) {
      await this.#open([source]);
    }
  }

  /** Hands over those of these devices that are open, and closes the others. */
  handOver(sources: DeviceSource[]): Map<DeviceSource, MediaStreamTrack> {
    const given = new Map(
      [...this.#tracks].filter(([source]) => sources.includes(source)),
    );
    for (const [source, track] of this.#tracks) {
      track.onended = null;
      if (!given.has(source)) {
        track.stop();
      }
    }
    this.#tracks.clear();
    this.#requests.clear();
    this.#on = false;
    this.#show();
    return given;
  }

  async #begin(): Promise<void> {
    this.#on = true;
    this.#start.hidden = true;
    await this.#open(this.#wanted());
  }

  #wanted(): DeviceSource[] {
    return this.#permitted.filter((source) => preferences()[source]);
  }

  /** Opens devices, in place of those that are open of the same source. */
  async #open(sources: DeviceSource[]): Promise<void> {
    const request = Symbol('request');
    for (const source of sources) {
      this.#release(source);
      this.#requests.set(source, request);
    }
    this.#say(() => '');
    const { tracks, failures } = await openDevices(
      sources,
      deviceChoices(preferences()),
    );
    for (const [source, track] of tracks) {
      if (this.#requests.get(source) === request) {
        this.#tracks.set(source, track);
        track.onended = () => {
          this.#release(source);
          this.#say(() => deviceProblemSentence({ kind: 'lost', source }));
        };
      } else {
        track.stop();
      }
    }
    if (!this.#on) {
      return;
    }
    if (forgetMissing(failures)) {
      await this.#open([...failures.keys()]);
      return;
    }
    if (failures.size > 0) {
      this.#say(() =>
        text('entrance.withoutDevices', {
          problem: deviceProblemSentence({ kind: 'unopened', failures }),
        }),
      );
      this.#start.hidden = this.#tracks.size > 0;
    }
    this.#show();
    await this.#pickers.refresh();
    this.#devices.hidden = this.#tracks.size === 0;
  }

  #release(source: DeviceSource): void {
    const track = this.#tracks.get(source);
    if (track) {
      track.onended = null;
      track.stop();
      this.#tracks.delete(source);
      this.#show();
    }
  }

  #show(): void {
    const camera = this.#tracks.get('camera');
    this.#video.srcObject = camera ? new MediaStream([camera]) : null;
    this.#root.dataset['camera'] = camera ? 'on' : 'off';
    this.#level.follow(this.#tracks.get('mic'));
  }

  #say(words: () => string): void {
    showText(this.#problem, words);
    this.#problem.dataset['tone'] = 'problem';
  }
}

/** True if the browser opens a device without asking the user. */
async function isAllowed(source: DeviceSource): Promise<boolean> {
  try {
    const name = PERMISSIONS[source] as PermissionName;
    return (await navigator.permissions.query({ name })).state === 'granted';
  } catch {
    // Not every browser tells.
    return false;
  }
}
