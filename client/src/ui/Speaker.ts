/** The speaker on which the page plays the sound of others. */
export class Speaker {
  readonly #players = new Set<HTMLMediaElement>();
  #id: string;

  /** Takes the id of a speaker; empty for the one that the browser prefers. */
  constructor(id: string) {
    this.#id = id;
  }

  /** Plays the sound of an element here, from now on. */
  add(player: HTMLMediaElement): void {
    this.#players.add(player);
    this.#set(player);
  }

  /** Lets go of an element that plays nothing more. */
  delete(player: HTMLMediaElement): void {
    this.#players.delete(player);
  }

  /** Plays all sound on another speaker. */
  use(id: string): void {
    this.#id = id;
    for (const player of this.#players) {
      this.#set(player);
    }
  }

  #set(player: HTMLMediaElement): void {
    if ('setSinkId' in player && player.sinkId !== this.#id) {
      player.setSinkId(this.#id).catch(() => {
        // It is not connected; the sound stays where it is.
      });
    }
  }
}
