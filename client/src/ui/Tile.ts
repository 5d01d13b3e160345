import { hueOf, initialsOf } from 'videoconf-sdk/core';
import type { ConnectionQuality, PlaybackIssue } from 'videoconf-sdk/core';
import { find } from './find.ts';
import type { Player, PlayerIn } from './Player.ts';
import { states, text } from '../texts/texts.ts';
import { showLabel, showText } from '../texts/show.ts';

/** The content of a tile. Undefined tracks are absent, or not received yet. */
export type TileContent = {
  name: string;
  /** True for the user's own tile: mirrored, and without sound. */
  self: boolean;
  muted: boolean;
  video: MediaStreamTrack | undefined;
  audio: MediaStreamTrack | undefined;
  /** The reason why the person's media is not played. */
  playbackIssue: PlaybackIssue | undefined;
  /** The video that the network of the user does not carry at the moment. */
  withheld: 'camera' | 'screen' | undefined;
  quality: ConnectionQuality;
  /** The person has raised a hand. */
  handRaised?: boolean;
};

/** The time for which a reaction is shown, ms. */
const REACTION_TIME = 5_000;

const WITHHELD = {
  camera: 'withheldCamera',
  screen: 'withheldScreen',
} as const;

/** One person in the grid. */
export class Tile {
  readonly element: HTMLLIElement;
  readonly #player: Player;
  #content: TileContent | undefined;
  #description = (): string[] => [];
  #reactionTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    template: HTMLTemplateElement,
    peerId: string,
    playerIn: PlayerIn,
  ) {
    const fragment = template.content.cloneNode(true) as DocumentFragment;
    this.element = find(fragment, 'li', HTMLLIElement);
    this.#player = playerIn(fragment);
    this.element.dataset['peerId'] = peerId;
    this.element.style.setProperty('--hue', String(hueOf(peerId)));
  }

  /** The content that it shows; undefined at first. */
  get content(): TileContent | undefined {
    return this.#content;
  }

  update(content: TileContent): void {
    this.#content = content;
    const {
      name,
      self,
      muted,
      video,
      audio,
      playbackIssue,
      withheld,
      quality,
      handRaised = false,
    } = content;
    const { dataset } = this.element;
    dataset['self'] = String(self);
    dataset['muted'] = String(muted);
    dataset['camera'] = video && withheld !== 'camera' ? 'on' : 'off';
    const shown = (): string => (self ? text('tile.you', { name }) : name);
    showText(find(this.element, '.tile-name', HTMLElement), shown);
    find(this.element, '.tile-initials', HTMLElement).textContent =
      initialsOf(name);
    showLabel(find(this.element, '.tile-pin', HTMLElement), () =>
      text('tile.pin', { name }),
    );
    const issues = (): string[] => [
      ...(playbackIssue ? [text(`tile.${playbackIssue}`)] : []),
      ...(withheld ? [text(`tile.${WITHHELD[withheld]}`)] : []),
      ...(quality === 'good' ? [] : [text(`tile.${quality}`)]),
    ];
    const sign = find(this.element, '.tile-issue', HTMLElement);
    showText(sign, () => states(issues()));
    sign.hidden = issues().length === 0;
    dataset['quality'] = quality;
    find(this.element, '.tile-hand', HTMLElement).hidden = !handRaised;
    this.#description = () => [
      shown(),
      muted ? text('tile.muted') : text('tile.unmuted'),
      video ? text('tile.cameraOn') : text('tile.cameraOff'),
      ...(handRaised ? [text('tile.handRaised')] : []),
      ...issues(),
    ];
    this.#describe();
    this.#player.show(video, audio);
  }

  /** Marks the tile of the active speaker. */
  setSpeaking(speaking: boolean): void {
    const value = String(speaking);
    if (this.element.dataset['speaking'] !== value) {
      this.element.dataset['speaking'] = value;
      this.#describe();
    }
  }

  /** Marks the tile of the person in the spotlight. */
  setSpotlit(spotlit: boolean): void {
    this.element.dataset['spotlit'] = String(spotlit);
    this.#describe();
  }

  /** Shows the audio level of the person, 0 to 1. */
  setLevel(level: number): void {
    const { dataset, style } = this.element;
    if (level > 0) {
      style.setProperty('--level', level.toFixed(2));
    }
    const value = String(level > 0);
    if (dataset['heard'] !== value) {
      dataset['heard'] = value;
    }
  }

  /** Shows an emoji for a moment. */
  showReaction(emoji: string): void {
    const sign = find(this.element, '.tile-reaction', HTMLElement);
    clearTimeout(this.#reactionTimer);
    sign.textContent = emoji;
    sign.hidden = false;
    this.#reactionTimer = setTimeout(() => {
      sign.hidden = true;
    }, REACTION_TIME);
  }

  /** Plays the sound, from within a click. */
  playSound(): void {
    this.#player.playSound();
  }

  /** Updates the label, which screen readers do not read out on changes. */
  #describe(): void {
    const { speaking, spotlit } = this.element.dataset;
    showLabel(this.element, () =>
      states([
        ...this.#description(),
        ...(spotlit === 'true' ? [text('tile.spotlit')] : []),
        ...(speaking === 'true' ? [text('tile.speaking')] : []),
      ]),
    );
  }

  /** Removes the tile from the page and releases its tracks. */
  remove(): void {
    clearTimeout(this.#reactionTimer);
    this.#player.close();
    this.element.remove();
  }
}
