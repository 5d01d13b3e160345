import { Emitter } from 'videoconf-sdk/core';
import { floorPlan, LAYOUTS, mainItem } from '../floorPlan.ts';
import type { FloorItem, FloorWishes } from '../floorPlan.ts';
import { preferences } from '../preferences.ts';
import { find } from './find.ts';
import { text } from '../texts/texts.ts';
import { showText } from '../texts/show.ts';

/** A second click within this time makes a double click of the first, ms. */
const DOUBLE_CLICK = 250;

type FloorEvents = {
  /** Things, or their order of importance, have changed. */
  change: [];
};

/** The floor of a room: screens and people in their places, on one page or several. */
export class Floor extends Emitter<FloorEvents> {
  readonly #root: HTMLElement;
  readonly #tiles: HTMLElement;
  readonly #pager: HTMLElement | null;
  readonly #items = new Map<string, FloorItem & { element: HTMLElement }>();
  readonly #observer = new ResizeObserver(() => this.#layOut());
  #pinned: string | undefined;
  #spotlight: string | undefined;
  #speaker: string | undefined;
  #page = 0;
  #pages = 1;
  #isPlanned = false;
  #click: ReturnType<typeof setTimeout> | undefined;

  constructor(root: ParentNode) {
    super();
    this.#root = find(root, '.floor', HTMLElement);
    this.#tiles = find(this.#root, '.tiles', HTMLElement);
    this.#pager = this.#root.querySelector<HTMLElement>('.pager');
    this.#observer.observe(this.#tiles);
    this.#tiles.addEventListener('click', (event) => this.#onClick(event));
    this.#tiles.addEventListener('dblclick', ({ target }) => {
      clearTimeout(this.#click);
      void this.#enlarge(target);
    });
    for (const [selector, step] of [
      ['.pager-back', -1],
      ['.pager-on', 1],
    ] as const) {
      this.#pager
        ?.querySelector(selector)
        ?.addEventListener('click', () => this.#turn(step));
    }
  }

  /** The item to look at where there is space for one. */
  get main(): FloorItem | undefined {
    return mainItem(this.#ordered(), this.#wishes());
  }

  /** Puts an element on the floor. */
  add(id: string, kind: FloorItem['kind'], element: HTMLElement): void {
    element.dataset['item'] = id;
    this.#items.set(id, { id, kind, element });
    this.#plan();
  }

  delete(id: string): void {
    this.#items.delete(id);
    if (this.#pinned === id) {
      this.#pinned = undefined;
    }
    this.#plan();
  }

  /** Follows the person who speaks; the last one stays large in silence. */
  markSpeaker(id: string | undefined): void {
    if (id !== undefined && this.#items.get(id)?.kind === 'person') {
      this.#speaker = id;
      this.#plan();
    }
  }

  /** Makes a person large unless the user has pinned something, or no one any more. */
  setSpotlight(id: string | undefined): void {
    this.#spotlight = id;
    this.#plan();
  }

  /** Arranges everything by settings that have changed. */
  update(): void {
    this.#plan();
  }

  /** Makes an item large, or returns it to its place. */
  togglePin(id: string): void {
    this.#pinned = this.#pinned === id ? undefined : id;
    this.#plan();
  }

  /** Arranges everything once, after all changes of this turn. */
  #plan(): void {
    if (!this.#isPlanned) {
      this.#isPlanned = true;
      queueMicrotask(() => {
        this.#isPlanned = false;
        this.emit('change');
        this.#layOut();
      });
    }
  }

  #layOut(): void {
    const { clientWidth: width, clientHeight: height } = this.#tiles;
    if (width === 0 || height === 0) {
      return;
    }
    const items = this.#ordered();
    const plan = floorPlan(items, { width, height }, this.#wishes());
    for (const { id, element } of items) {
      const rect = plan.rects.get(id);
      element.hidden = rect === undefined;
      for (const [side, length] of Object.entries(rect ?? {})) {
        // The plan is of a page that is written from left to right.
        const property = side === 'left' ? 'inset-inline-start' : side;
        element.style.setProperty(property, `${length}px`);
      }
      element.dataset['floating'] = String(id === plan.floating);
      element
        .querySelector('.tile-pin')
        ?.setAttribute('aria-pressed', String(id === this.#pinned));
    }
    const count = items.filter(({ kind }) => kind !== 'seat').length;
    this.#root.dataset['many'] = String(count > 1);
    this.#showPages(plan);
  }

  /** Screens first, as they are in the document. */
  #ordered(): (FloorItem & { element: HTMLElement })[] {
    return [...this.#items.values()].toSorted(
      (one, other) =>
        Number(other.kind === 'screen') - Number(one.kind === 'screen'),
    );
  }

  #wishes(): FloorWishes {
    const { layout, selfInGrid } = preferences();
    return {
      layout: LAYOUTS.find((it) => it === layout) ?? 'auto',
      selfInGrid,
      pinned: this.#pinned,
      spotlight: this.#spotlight,
      speaker: this.#speaker,
      page: this.#page,
    };
  }

  #showPages({ page, pages }: { page: number; pages: number }): void {
    this.#page = page;
    this.#pages = pages;
    if (this.#pager) {
      this.#pager.hidden = pages === 1;
      showText(find(this.#pager, '.pager-place', HTMLElement), () =>
        text('room.page', { page: page + 1, pages }),
      );
    }
  }

  /** Turns the pages, from the last to the first. */
  #turn(step: number): void {
    this.#page = (this.#page + step + this.#pages) % this.#pages;
    this.#layOut();
  }

  #onClick({ target, detail }: MouseEvent): void {
    const id = this.#tileOf(target)?.dataset['item'];
    const button = (target as Element).closest('button');
    clearTimeout(this.#click);
    if (id === undefined || (button && !button.matches('.tile-pin'))) {
      return;
    }
    if (button) {
      this.togglePin(id);
    } else if (detail === 1 && this.#root.dataset['many'] === 'true') {
      this.#click = setTimeout(() => this.togglePin(id), DOUBLE_CLICK);
    }
  }

  /** Fills the screen with a tile, or goes back. */
  async #enlarge(target: EventTarget | null): Promise<void> {
    const tile = this.#tileOf(target);
    if (document.fullscreenElement) {
      await document.exitFullscreen();
    } else if (tile) {
      // Phones may have it for videos alone, and frames have to be allowed.
      await tile.requestFullscreen?.().catch(() => undefined);
    }
  }

  #tileOf(target: EventTarget | null): HTMLElement | null {
    return target instanceof Element
      ? target.closest<HTMLElement>('.tile')
      : null;
  }
}
