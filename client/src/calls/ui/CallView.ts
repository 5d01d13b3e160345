import { announce } from '../../ui/announce.ts';
import { deviceProblemSentence } from '../../deviceProblems.ts';
import { find } from '../../ui/find.ts';
import { Floor } from '../../ui/Floor.ts';
import { Grid } from '../../ui/Grid.ts';
import { Notices } from '../../ui/Notices.ts';
import type { Notice, NoticeKind } from '../../ui/Notices.ts';
import { Player } from '../../ui/Player.ts';
import { ShareControls } from '../../ui/ShareControls.ts';
import { showBlockedSound } from '../../ui/showBlockedSound.ts';
import { Stage } from '../../ui/Stage.ts';
import { Toolbar } from '../../ui/Toolbar.ts';
import { Viewport } from '../../ui/Viewport.ts';
import type { Call } from '../Call.ts';
import type { OwnPart } from '../OwnPart.ts';
import type { Person } from '../Person.ts';
import type { Transcription } from '../protocol.ts';
import { SubtitlesView } from './SubtitlesView.ts';
import { text } from '../../texts/texts.ts';
import { showText } from '../../texts/show.ts';

/** The call: the people in it, and the controls of the user. */
export class CallView {
  readonly #root = find(document, '#room', HTMLElement);
  readonly #viewport = new Viewport();
  readonly #playerIn = (tile: ParentNode): Player =>
    new Player(tile, this.#viewport, () =>
      showBlockedSound(this.#notices, this.#grid, this.#stage),
    );
  readonly #floor = new Floor(this.#root);
  readonly #grid = new Grid(this.#root, this.#playerIn, this.#floor);
  readonly #stage = new Stage(this.#root, this.#playerIn, this.#floor);
  readonly #notices = new Notices(this.#root);
  readonly #toolbar = new Toolbar(this.#root);
  readonly #shareControls = new ShareControls(this.#root, this.#notices);
  readonly #subtitles = new SubtitlesView(this.#root, this.#notices);
  readonly #shown = new Set<string>();
  #call: Call | undefined;
  #own: OwnPart | undefined;
  #hangUp: (() => void) | undefined;

  constructor() {
    this.#toolbar.on('mic', () => void this.#own?.media.toggleMic());
    this.#toolbar.on('camera', () => void this.#own?.media.toggleCamera());
    this.#toolbar.on('leave', () => this.#hangUp?.());
    this.#viewport.on('view', (track, size) =>
      this.#call?.media.setDisplaySize(track, size),
    );
  }

  /** Shows a call until it ends. */
  follow(call: Call, title: string, own: OwnPart, hangUp: () => void): void {
    this.#hangUp = hangUp;
    this.#call = call;
    this.#own = own;
    // The styles of the meeting page mark who speaks in this state.
    this.#root.dataset['state'] = 'joined';
    find(this.#root, '#room-name', HTMLElement).textContent = title;
    const alone = find(this.#root, '#empty-title', HTMLElement);
    showText(alone, () => text('call.calling', { name: title }));
    call.on('change', () => this.#show(call));
    call.on('joined', ({ username }) => {
      this.#notices.clear('left');
      announce(text('room.joined', { name: username }));
      showText(alone, () => text('call.alone'));
    });
    call.on('left', (name) => announce(text('room.left', { name })));
    call.on('problem', (kind, problem) => this.#showProblem(kind, problem));
    const { media, share, subtitles } = own;
    media.on('change', () => this.#showSelf());
    media.on('opening', () => {
      for (const kind of ['mic', 'camera', 'devices'] as const) {
        this.#notices.clear(kind);
      }
    });
    media.on('problem', (problem) =>
      this.#notices.show('source' in problem ? problem.source : 'devices', {
        text: () => deviceProblemSentence(problem),
        tone: 'warn',
      }),
    );
    this.#shareControls.follow(share);
    this.#subtitles.follow(subtitles);
    this.#showSelf();
    this.#show(call);
  }

  focus(): void {
    find(this.#root, '#room-name', HTMLElement).focus();
  }

  /** Shows or removes a notice of one kind. */
  notify(kind: NoticeKind, notice: Notice | undefined): void {
    if (notice) {
      this.#notices.show(kind, notice);
    } else {
      this.#notices.clear(kind);
    }
  }

  showText(spoken: Transcription): void {
    if (spoken.translation !== undefined) {
      this.#notices.clear('translation');
    }
    this.#subtitles.show(spoken);
  }

  /** Removes everything of the last call. */
  clear(): void {
    this.#call = undefined;
    this.#own = undefined;
    this.#shown.clear();
    this.#notices.clearAll();
    this.#grid.clear();
    this.#stage.clear();
    this.#subtitles.clear();
  }

  #showProblem(kind: NoticeKind, problem: string | undefined): void {
    if (problem === undefined) {
      this.#notices.clear(kind);
    } else {
      this.#notices.show(kind, { text: () => problem, tone: 'warn' });
    }
  }

  #show(call: Call): void {
    if (call !== this.#call) {
      return;
    }
    const { people } = call;
    const present = new Set(people.map((it) => it.participantId));
    for (const participantId of this.#shown) {
      if (!present.has(participantId)) {
        this.#shown.delete(participantId);
        this.#grid.delete(participantId);
        this.#stage.delete(participantId);
      }
    }
    for (const person of people) {
      this.#showPerson(call, person);
    }
    const count = people.length + 1;
    showText(find(this.#root, '#room-count', HTMLElement), () =>
      count === 1 ? text('room.justYou') : text('room.people', { count }),
    );
    const { mode } = call;
    showText(find(this.#root, '#call-mode', HTMLElement), () =>
      count === 1
        ? ''
        : mode === 'p2p'
          ? text('call.direct')
          : text('call.byServer'),
    );
    this.#showPath(call);
    this.#showSelf();
  }

  #showPerson(call: Call, person: Person): void {
    const { participantId, username: name } = person;
    this.#shown.add(participantId);
    const tracks = call.media.tracksOf(person);
    const { quality, withheld } = call.media.conditionOf(person);
    this.#grid.set(participantId, {
      name,
      self: false,
      muted: tracks?.mic === undefined,
      video: tracks?.camera,
      audio: tracks?.mic,
      playbackIssue: undefined,
      withheld,
      quality,
    });
    if (tracks?.screen) {
      this.#stage.set(participantId, {
        name,
        video: tracks.screen,
        audio: tracks.screenAudio,
      });
    } else {
      this.#stage.delete(participantId);
    }
  }

  #showPath(call: Call): void {
    const { path } = call.media;
    if (call.people.length === 0 || path === 'open') {
      this.#notices.clear('path');
      return;
    }
    this.#notices.show('path', {
      text: () =>
        path === 'blocked' ? text('call.blocked') : text('room.interrupted'),
      tone: 'wait',
      action: {
        label: () => text('common.tryNow'),
        run: () => call.media.retryNow(),
      },
    });
  }

  #showSelf(): void {
    const own = this.#own;
    const call = this.#call;
    if (!own || !call) {
      return;
    }
    const { media, name } = own;
    this.#toolbar.update(media);
    this.#grid.set(call.participantId, {
      name,
      self: true,
      muted: media.state('mic') !== 'on',
      video: media.track('camera'),
      audio: undefined,
      playbackIssue: undefined,
      withheld: undefined,
      quality: call.media.quality,
    });
  }
}
