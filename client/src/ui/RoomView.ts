import type {
  ConnectionQuality,
  DeviceSource,
  LocalMedia,
  RemotePeer,
  RoomClient,
  RoomState,
  ScreenShare,
} from 'videoconf-sdk/core';
import { RoomControls } from '../RoomControls.ts';
import { roomLink } from '../roomLink.ts';
import { deviceChoices, forgetMissing } from '../deviceChoices.ts';
import { deviceProblemSentence } from '../deviceProblems.ts';
import { requestFailure } from '../failures.ts';
import type { SmallMeeting, Subject } from '../pip/Meeting.ts';
import type { Failure } from '../failures.ts';
import { preferences } from '../preferences.ts';
import { Stats } from '../stats/Stats.ts';
import { announce } from './announce.ts';
import { Arrivals } from './Arrivals.ts';
import { ChatPanel } from './ChatPanel.ts';
import { ConnectionNotices } from './ConnectionNotices.ts';
import { CopyLinkButton } from './CopyLinkButton.ts';
import { Departure } from './Departure.ts';
import { find } from './find.ts';
import { Floor } from './Floor.ts';
import { Grid } from './Grid.ts';
import { InviteDialog } from './InviteDialog.ts';
import { Notices } from './Notices.ts';
import type { Notice } from './Notices.ts';
import { OfferedTools } from './OfferedTools.ts';
import { PlaybackIssueNotices } from './PlaybackIssueNotices.ts';
import { PeoplePanel } from './PeoplePanel.ts';
import { PictureInPicture } from './PictureInPicture.ts';
import { Player } from './Player.ts';
import { Reactions } from './Reactions.ts';
import { showServerMessages } from './serverMessages.ts';
import { ShareControls } from './ShareControls.ts';
import { SettingsPanel } from './SettingsPanel.ts';
import { showBlockedSound } from './showBlockedSound.ts';
import { Shortcuts } from './Shortcuts.ts';
import { Speaker } from './Speaker.ts';
import { Stage } from './Stage.ts';
import { StatsPanel } from './StatsPanel.ts';
import { Toolbar } from './Toolbar.ts';
import { Viewport } from './Viewport.ts';
import { WakeLock } from './WakeLock.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** The user and the room on display. */
export type Visitor = {
  roomId: string;
  peerId: string;
  displayName: string;
  /** The key of the room, where media is encrypted end to end. */
  key: string | undefined;
  /** The user came by a personal invitation link. */
  invited: boolean;
};

/** The room: the people in it, and the controls of the user. */
export class RoomView {
  readonly #root = find(document, '#room', HTMLElement);
  readonly #viewport = new Viewport();
  readonly #speaker = new Speaker(preferences().speakerId);
  readonly #playerIn = (tile: ParentNode): Player =>
    new Player(
      tile,
      this.#viewport,
      () => showBlockedSound(this.#notices, this.#grid, this.#stage),
      this.#speaker,
    );
  readonly #floor = new Floor(this.#root);
  readonly #grid = new Grid(this.#root, this.#playerIn, this.#floor);
  readonly #stage = new Stage(this.#root, this.#playerIn, this.#floor);
  readonly #notices = new Notices(this.#root);
  readonly #connection = new ConnectionNotices(this.#notices);
  readonly #arrivals = new Arrivals(this.#root);
  readonly #playbackIssues = new PlaybackIssueNotices(this.#notices);
  readonly #toolbar = new Toolbar(this.#root);
  readonly #statsPanel = new StatsPanel(this.#root);
  readonly #settings = new SettingsPanel(this.#root, this.#speaker, () =>
    this.#floor.update(),
  );
  readonly #wakeLock = new WakeLock();
  readonly #chat = new ChatPanel(this.#root);
  readonly #people = new PeoplePanel(this.#root, this.#notices, (action) =>
    this.#try(action),
  );
  readonly #reactions = new Reactions(this.#root, (action) =>
    this.#try(action),
  );
  readonly #offered = new OfferedTools(this.#root);
  readonly #shareControls = new ShareControls(this.#root, this.#notices);
  readonly #invite = new InviteDialog(this.#root);
  readonly #shortcuts = new Shortcuts(this.#root);
  readonly #departure = new Departure();
  readonly #pip = new PictureInPicture(this.#root, {
    meeting: () => this.#meeting(),
    watches: this.#viewport,
    actions: {
      mic: () => void this.#media?.toggleMic(),
      camera: () => void this.#media?.toggleCamera(),
      leave: () => this.#leaveFromAside(),
    },
    onOpened: () => this.#notices.clear('pip'),
    onFailure: (hasVideo) =>
      this.#notices.show('pip', {
        text: () => text(hasVideo ? 'room.pipFailed' : 'room.pipNoVideo'),
        tone: 'warn',
      }),
  });
  #visitor: Visitor | undefined;
  #client: RoomClient | undefined;
  #controls: RoomControls | undefined;
  #media: LocalMedia | undefined;
  #quality: ConnectionQuality = 'good';
  /** The spotlight on the user, as the notice last told of it. */
  #toldSpotlight: 'none' | 'on' | 'on, and may end it' = 'none';

  constructor() {
    this.#toolbar.on('mic', () => void this.#media?.toggleMic());
    this.#toolbar.on('camera', () => void this.#media?.toggleCamera());
    this.#toolbar.on('leave', () => void this.#departure.leave());
    this.#settings.on('keys', () => this.#shortcuts.showSheet());
    this.#floor.on('change', () => this.#pip.update());
    this.#viewport.on('view', (track, size) =>
      this.#client?.setDisplaySize(track, size),
    );
    new CopyLinkButton(
      find(this.#root, '.copy-link', HTMLButtonElement),
      () => roomLink(this.#visitor?.roomId ?? '', this.#visitor?.key),
      (link) => this.#showLink(link),
    );
  }

  /** Shows a room until the client's state is `ended`. */
  follow(
    visitor: Visitor,
    client: RoomClient,
    media: LocalMedia,
    share: ScreenShare,
  ): void {
    this.#visitor = visitor;
    this.#client = client;
    this.#media = media;
    this.#departure.follow(client, share);
    find(this.#root, '#room-name', HTMLElement).textContent = visitor.roomId;
    find(this.#root, '#room-link', HTMLElement).textContent = roomLink(
      visitor.roomId,
      visitor.key,
    );
    const { invited } = visitor;
    find(this.#root, '#room-link', HTMLElement).hidden = invited;
    find(this.#root, '#room-encryption', HTMLElement).hidden = !visitor.key;
    client.on('state', (state) => this.#onState(state));
    this.#quality = 'good';
    client.on('quality', (quality) => {
      this.#quality = quality;
      this.#showSelf();
    });
    this.#connection.follow(client);
    this.#toldSpotlight = 'none';
    client.remotePeers.on('peerJoined', (peer) => {
      this.#showPeer(peer);
      if (client.state.name === 'joined') {
        this.#arrivals.tell('joined', peer.displayName);
      }
    });
    client.remotePeers.on('peerChanged', (peer) => this.#showPeer(peer));
    client.remotePeers.on('peerLeft', (peer) => {
      this.#grid.delete(peer.peerId);
      this.#playbackIssues.delete(peer.peerId);
      this.#showCount();
      if (client.state.name === 'joined') {
        this.#arrivals.tell('left', peer.displayName);
      }
    });
    client.remotePeers.on('consumeFailed', (peer, error) => {
      console.warn(`Media of ${peer.peerId} cannot be received:`, error);
      this.#notices.show('consume', {
        text: () => text('room.notReceived', { name: peer.displayName }),
        tone: 'warn',
        action: {
          label: () => text('common.rejoin'),
          run: () => client.rejoin(),
        },
      });
    });
    showServerMessages(client, this.#notices);
    this.#stage.follow(client.remotePeers);
    this.#shareControls.follow(share);
    this.#settings.follow(media);
    this.#speaker.use(preferences().speakerId);
    this.#statsPanel.follow(new Stats(client));
    this.#chat.follow(client, visitor);
    const controls = new RoomControls(client, visitor.peerId);
    this.#controls = controls;
    this.#people.follow(client, controls, invited);
    this.#invite.follow(visitor, controls);
    this.#offered.follow(controls);
    this.#reactions.follow(controls);
    controls.on('change', () => {
      this.#showSelf();
      this.#offerLinks();
      this.#showSpotlight();
    });
    controls.on('chatCleared', () => this.#chat.showCleared());
    controls.on('reaction', (peerId, emoji) =>
      this.#showReaction(peerId, emoji),
    );
    client.speakers.on('active', (peerId) => this.#grid.markSpeaker(peerId));
    client.speakers.on('levels', (levels) => this.#grid.showLevels(levels));
    client.on('encryptionFailed', () =>
      this.#notices.show('encryption', {
        text: () => text('room.encryptionFailed'),
        tone: 'warn',
      }),
    );
    media.on('change', () => this.#showSelf());
    media.on('opening', () => {
      for (const kind of ['mic', 'camera', 'devices'] as const) {
        this.#notices.clear(kind);
      }
    });
    media.on('problem', (problem) => {
      if (problem.kind === 'unopened' && forgetMissing(problem.failures)) {
        this.#openOthers(media, [...problem.failures.keys()]);
        return;
      }
      this.#notices.show('source' in problem ? problem.source : 'devices', {
        text: () => deviceProblemSentence(problem),
        tone: 'warn',
      });
    });
    this.#showSelf();
  }

  /** Moves the keyboard focus into the room. */
  focus(): void {
    find(this.#root, '#room-name', HTMLElement).focus();
  }

  /** Opens devices again, without those that have been forgotten. */
  #openOthers(media: LocalMedia, sources: DeviceSource[]): void {
    const choices = deviceChoices(preferences());
    for (const source of sources) {
      void media.setConstraints(source, choices[source]);
    }
    void media.open(sources);
  }

  #onState(state: RoomState): void {
    this.#root.dataset['state'] = state.name;
    switch (state.name) {
      case 'connecting':
      case 'waiting':
        // Other views show it.
        break;
      case 'joined':
        void this.#wakeLock.hold();
        this.#connection.showJoined();
        break;
      case 'reconnecting':
        this.#connection.showInterruption(state);
        break;
      case 'ended':
        this.#wakeLock.release();
        this.#notices.clearAll();
        this.#arrivals.clear();
        this.#playbackIssues.clear();
        this.#grid.clear();
        this.#stage.clear();
        this.#statsPanel.close();
        this.#settings.close();
        this.#chat.clear();
        this.#people.clear();
        this.#reactions.close();
        this.#invite.close();
        this.#shortcuts.close();
        this.#departure.close();
        this.#pip.close();
        break;
    }
  }

  /** Offers links to those whose links let others in, and says why not to the rest. */
  #offerLinks(): void {
    const invited = this.#visitor?.invited ?? false;
    const mayInvite = this.#controls?.can('invite') ?? false;
    showText(find(this.#root, '#empty-hint', HTMLElement), () =>
      invited
        ? text(mayInvite ? 'invite.each' : 'room.invitedOnly')
        : text('room.sendLink'),
    );
    const seat = find(this.#root, '#empty-seat', HTMLElement);
    find(seat, '.copy-link', HTMLElement).hidden = invited;
    find(seat, '.invite', HTMLElement).hidden = !invited || !mayInvite;
  }

  /** For copying by hand, when the browser refuses the clipboard. */
  #showLink(link: string): void {
    this.#notices.show('link', {
      text: () => text('room.copyThis', { link }),
      tone: 'wait',
    });
  }

  #showSelf(): void {
    if (!this.#media || !this.#visitor) {
      return;
    }
    this.#toolbar.update(this.#media);
    this.#grid.set(this.#visitor.peerId, {
      name: this.#visitor.displayName,
      self: true,
      muted: this.#media.state('mic') !== 'on',
      video: this.#media.track('camera'),
      audio: undefined,
      playbackIssue: undefined,
      withheld: undefined,
      quality: this.#quality,
      handRaised: this.#controls?.handRaisedAt !== undefined,
    });
    this.#people.setSelf({
      peerId: this.#visitor.peerId,
      name: this.#visitor.displayName,
      muted: this.#media.state('mic') !== 'on',
      camera: this.#media.track('camera') !== undefined,
    });
    this.#showCount();
    this.#pip.update();
  }

  #showPeer(peer: RemotePeer): void {
    const mic = peer.get('mic');
    const camera = peer.get('camera');
    this.#grid.set(peer.peerId, {
      name: peer.displayName,
      self: false,
      muted: mic?.paused ?? true,
      video: camera?.paused ? undefined : camera?.track,
      audio: mic?.track,
      playbackIssue: peer.playbackIssue,
      withheld: peer.withheld,
      quality: peer.reconnecting ? 'lost' : peer.quality,
      handRaised: peer.handRaisedAt !== undefined,
    });
    this.#playbackIssues.set(peer);
    this.#showCount();
    this.#pip.update();
  }

  #showSpotlight(): void {
    const controls = this.#controls;
    const spotlight = controls?.spotlight;
    this.#grid.setSpotlight(spotlight);
    if (!controls || !spotlight || spotlight !== this.#visitor?.peerId) {
      this.#toldSpotlight = 'none';
      this.#notices.clear('spotlight');
      return;
    }
    const mayEnd = controls.can('spotlight');
    const told = mayEnd ? 'on, and may end it' : 'on';
    if (this.#toldSpotlight === told) {
      // The user may have dismissed it.
      return;
    }
    this.#toldSpotlight = told;
    this.#notices.show('spotlight', {
      text: () => text('room.spotlit'),
      tone: 'wait',
      ...(mayEnd && {
        action: {
          label: () => text('people.endSpotlight'),
          run: () => this.#try(controls.setSpotlight(undefined)),
        },
      }),
    });
  }

  #showReaction(peerId: string, emoji: string): void {
    this.#grid.showReaction(peerId, emoji);
    const peer = this.#client?.remotePeers.peers.find(
      (it) => it.peerId === peerId,
    );
    if (peer) {
      announce(text('room.reaction', { name: peer.displayName, emoji }));
    }
  }

  /** Shows the failure of something that the user has asked the room for. */
  #try(action: Promise<unknown>): void {
    this.#notices.clear('request');
    action.catch((error: unknown) => {
      if (this.#client?.state.name === 'joined') {
        const { remedy } = requestFailure(error);
        this.#notices.show('request', {
          text: () => requestFailure(error).text,
          tone: 'warn',
          ...(remedy && { action: this.#actionOf(remedy) }),
        });
      }
    });
  }

  /** The meeting for a small window. */
  #meeting(): SmallMeeting | undefined {
    const media = this.#media;
    const peerId = this.#visitor?.peerId ?? '';
    const content = this.#grid.contentOf(peerId);
    return (
      media &&
      content && {
        main: this.#mainSubject(),
        self: { peerId, content },
        mic: media.state('mic'),
        camera: media.state('camera'),
      }
    );
  }

  #mainSubject(): Subject | undefined {
    const { kind, id = '' } = this.#floor.main ?? {};
    if (kind === 'screen') {
      const content = this.#stage.contentOf(id);
      return content && { kind, id, content };
    }
    const content = this.#grid.contentOf(id);
    return content && { kind: 'person', id, content };
  }

  /** Leaves from a small window; the page, which may have a question, comes to the front. */
  #leaveFromAside(): void {
    window.focus();
    this.#pip.close();
    void this.#departure.leave();
  }

  /** The button that helps with a failure. */
  #actionOf(remedy: NonNullable<Failure['remedy']>): Notice['action'] {
    return remedy === 'reload'
      ? { label: () => text('common.reload'), run: () => location.reload() }
      : {
          label: () => text('common.rejoin'),
          run: () => this.#client?.rejoin(),
        };
  }

  #showCount(): void {
    const { size: count } = this.#grid;
    showText(find(this.#root, '#room-count', HTMLElement), () =>
      count === 1 ? text('room.justYou') : text('room.people', { count }),
    );
  }
}
