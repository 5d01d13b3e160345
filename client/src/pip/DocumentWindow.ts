import { find } from '../ui/find.ts';
import { Player } from '../ui/Player.ts';
import { ShareTile } from '../ui/ShareTile.ts';
import { Tile } from '../ui/Tile.ts';
import { showTool } from '../ui/Toolbar.ts';
import { pixelsOf } from '../ui/Viewport.ts';
import { text } from '../texts/texts.ts';
import { showTexts } from '../texts/show.ts';
import type {
  Actions,
  SmallMeeting,
  SmallWindow,
  Subject,
  Watches,
} from './Meeting.ts';

/** The interface of browsers with such windows, which the types of the DOM lack. */
declare const documentPictureInPicture: {
  requestWindow: (size: { width: number; height: number }) => Promise<Window>;
};

/** The size in which the window opens, CSS pixels; browsers remember another. */
const SIZE = { width: 420, height: 300 };

/**
 * A window over those of other programs, with the person or the screen to look at, the
 * user's own picture, and the most necessary buttons. Sound stays with the page.
 *
 * @see https://wicg.github.io/document-picture-in-picture/
 */
export class DocumentWindow implements SmallWindow {
  readonly #window: Window & typeof globalThis;
  readonly #watches: Watches;
  readonly #observer: ResizeObserver;
  readonly #tiles: HTMLElement;
  readonly #mic: HTMLButtonElement;
  readonly #camera: HTMLButtonElement;
  #main: { id: string; tile: Tile | ShareTile } | undefined;
  #self: Tile | undefined;

  private constructor(
    opened: Window & typeof globalThis,
    watches: Watches,
    actions: Actions,
    onClosed: () => void,
  ) {
    this.#window = opened;
    this.#watches = watches;
    // The page's own would tell nothing while its tab is hidden.
    this.#observer = new opened.ResizeObserver(() => watches.update());
    const template = find(document, '#pip-template', HTMLTemplateElement);
    const content = template.content.cloneNode(true) as DocumentFragment;
    this.#tiles = find(content, '.pip-tiles', HTMLElement);
    const button = (selector: string, action: () => void) => {
      const element = find(content, selector, HTMLButtonElement);
      element.addEventListener('click', action);
      return element;
    };
    this.#mic = button('.pip-mic', actions.mic);
    this.#camera = button('.pip-camera', actions.camera);
    button('.pip-leave', actions.leave);
    dress(opened.document);
    opened.document.body.append(content);
    const languages = new MutationObserver(() => translate(opened.document));
    languages.observe(document.documentElement, { attributeFilter: ['lang'] });
    opened.addEventListener(
      'pagehide',
      () => {
        this.#observer.disconnect();
        languages.disconnect();
        this.#main?.tile.remove();
        this.#self?.remove();
        onClosed();
      },
      { once: true },
    );
  }

  /**
   * Opens the window, from within a click.
   *
   * @throws {DOMException} If the browser refuses.
   */
  static async open(
    watches: Watches,
    actions: Actions,
    onClosed: () => void,
  ): Promise<DocumentWindow> {
    const opened = await documentPictureInPicture.requestWindow(SIZE);
    return new DocumentWindow(
      opened as Window & typeof globalThis,
      watches,
      actions,
      onClosed,
    );
  }

  show({ main, self, mic, camera }: SmallMeeting): void {
    const { peerId, content } = self;
    const large = main ?? { kind: 'person', id: peerId, content };
    this.#showMain(large);
    if (large.id === peerId) {
      this.#self?.remove();
      this.#self = undefined;
    } else {
      this.#self ??= this.#add(this.#personTile(peerId), 'self');
      this.#self.update({ ...content, audio: undefined });
    }
    showTool(this.#mic, mic, () =>
      mic === 'on'
        ? text('tools.muteMicrophone')
        : text('tools.unmuteMicrophone'),
    );
    showTool(this.#camera, camera, () =>
      camera === 'on' ? text('tools.stopCamera') : text('tools.startCamera'),
    );
  }

  close(): void {
    this.#window.close();
  }

  #showMain(subject: Subject): void {
    if (this.#main?.id !== subject.id) {
      this.#main?.tile.remove();
      this.#main = undefined;
    }
    // Sound is played by the page.
    const silent = { audio: undefined };
    if (subject.kind === 'screen') {
      const tile =
        (this.#main?.tile as ShareTile | undefined) ??
        this.#add(
          new ShareTile(
            find(document, '#share-template', HTMLTemplateElement),
            this.#playerIn,
          ),
          'main',
        );
      this.#main = { id: subject.id, tile };
      tile.update({ ...subject.content, ...silent });
    } else {
      const tile =
        (this.#main?.tile as Tile | undefined) ??
        this.#add(this.#personTile(subject.id), 'main');
      this.#main = { id: subject.id, tile };
      tile.update({ ...subject.content, ...silent });
    }
  }

  #personTile(peerId: string): Tile {
    const template = find(document, '#tile-template', HTMLTemplateElement);
    return new Tile(template, peerId, this.#playerIn);
  }

  #add<T extends Tile | ShareTile>(tile: T, place: 'main' | 'self'): T {
    tile.element.dataset['place'] = place;
    this.#tiles.append(tile.element);
    return tile;
  }

  readonly #playerIn = (root: ParentNode): Player =>
    new Player(
      root,
      {
        watch: (video, track) => {
          if (track) {
            this.#observer.observe(video);
          } else {
            this.#observer.unobserve(video);
          }
          this.#watches.watchApart(video, track, () =>
            pixelsOf(video, this.#window.devicePixelRatio),
          );
        },
      },
      () => undefined,
    );
}

/** Shows a document in the language of the page. */
function translate(opened: Document): void {
  const { lang, dir } = document.documentElement;
  Object.assign(opened.documentElement, { lang, dir });
  showTexts(opened);
}

/** Gives a new document the language, the styles and the icons of the page. */
function dress(opened: Document): void {
  translate(opened);
  opened.title = document.title;
  for (const { href } of document.querySelectorAll<HTMLLinkElement>(
    'link[rel="stylesheet"]',
  )) {
    const link = opened.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    opened.head.append(link);
  }
  const icons = find(document, 'body > svg', SVGSVGElement);
  opened.body.append(icons.cloneNode(true));
}
