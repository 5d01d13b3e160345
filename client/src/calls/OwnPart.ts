import { LocalMedia, ScreenShare } from 'videoconf-sdk/core';
import type { DeviceSource } from 'videoconf-sdk/core';
import type { Call } from './Call.ts';
import type { CallSocket } from './CallSocket.ts';
import type { CallType } from './protocol.ts';
import { Subtitles } from './Subtitles.ts';

/** The user's part in a call: devices, screen and subtitles. */
export class OwnPart {
  readonly name: string;
  readonly media: LocalMedia;
  readonly share: ScreenShare;
  readonly subtitles: Subtitles;

  /** @param language - The language that the user speaks. */
  constructor(call: Call, name: string, language: string, socket: CallSocket) {
    const { id: callId, participantId } = call;
    const media = new LocalMedia(call.media);
    const share = new ScreenShare(call.media);
    this.name = name;
    this.media = media;
    this.share = share;
    this.subtitles = new Subtitles(language);
    const onChange = (): void =>
      call.setState({
        audioEnabled: media.state('mic') === 'on',
        videoEnabled: media.state('camera') === 'on',
        screenShareEnabled: share.state === 'on',
      });
    media.on('change', onChange);
    share.on('change', onChange);
    this.subtitles.on('text', (text, isFinal) => {
      socket
        .request('call:transcription', {
          callId,
          participantId,
          text,
          language,
          timestamp: new Date().toISOString(),
          isFinal,
        })
        .catch((error: unknown) => {
          // The next text may get through again.
          console.warn('A text was not passed on:', error);
        });
    });
  }

  /** Opens the devices for a call of this type. */
  open(type: CallType): void {
    const sources: DeviceSource[] =
      type === 'video' ? ['mic', 'camera'] : ['mic'];
    void this.media.open(sources);
  }

  /** Lets go of everything. */
  close(): void {
    this.media.close();
    this.share.close();
    this.subtitles.close();
  }
}
