import { LocalMedia, ScreenShare } from 'videoconf-sdk/core';
import type { DeviceSource } from 'videoconf-sdk/core';
import { screenFromAddress } from '../roomLink.ts';
import type { Call } from './Call.ts';
import { saveOpened } from './openedDevices.ts';
import { Subtitles } from './Subtitles.ts';

const DEVICES: DeviceSource[] = ['mic', 'camera'];

/** The user's part in a call: devices, screen and subtitles. */
export class OwnPart {
  readonly #callId: string;
  readonly name: string;
  readonly media: LocalMedia;
  readonly share: ScreenShare;
  readonly subtitles: Subtitles;

  /** @param language - The language that the user speaks. */
  constructor(call: Call, name: string, language: string) {
    const media = new LocalMedia(call.media);
    const share = new ScreenShare(call.media, screenFromAddress());
    const subtitles = new Subtitles(language);
    this.#callId = call.id;
    this.name = name;
    this.media = media;
    this.share = share;
    this.subtitles = subtitles;
    const onChange = (): void =>
      call.setState({
        audioEnabled: media.state('mic') === 'on',
        videoEnabled: media.state('camera') === 'on',
        screenShareEnabled: share.state === 'on',
      });
    media.on('change', () => {
      onChange();
      subtitles.setMuted(media.state('mic') !== 'on');
      saveOpened(
        call.id,
        DEVICES.filter((it) => ['on', 'starting'].includes(media.state(it))),
      );
    });
    share.on('change', onChange);
    subtitles.on('text', (text, isFinal) => call.say(text, language, isFinal));
  }

  /** Opens devices. */
  open(sources: DeviceSource[]): void {
    void this.media.open(sources);
  }

  /** Lets go of everything. */
  close(): void {
    this.media.close();
    this.share.close();
    this.subtitles.close();
    saveOpened(this.#callId, []);
  }
}
