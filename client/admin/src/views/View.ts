import { faultOf, isSignedOut } from '../faults.ts';
import { Poll } from '../Poll.ts';
import type { Session } from '../Session.ts';
import { element, setText } from '../ui/element.ts';
import { showTitle } from '../ui/showTitle.ts';

/** The surroundings of a view. */
export interface ViewContext {
  readonly session: Session;
  /** Shows the entrance again, with the reason. */
  readonly signOut: (error: unknown) => void;
}

/** A view: a heading, a line for faults, and what it shows. */
export abstract class View {
  readonly element = element('section', { className: 'page' });
  #title: string;
  protected readonly session: Session;
  readonly #heading: HTMLHeadingElement;
  readonly #fault = element('p', { className: 'fault', role: 'alert' });
  readonly #signOut: (error: unknown) => void;
  readonly #parts: { close(): void }[] = [];

  constructor(title: string, { session, signOut }: ViewContext) {
    this.#title = title;
    this.session = session;
    this.#signOut = signOut;
    this.#heading = element('h1', { tabIndex: -1 }, title);
    this.element.append(this.#heading, this.#fault);
  }

  get title(): string {
    return this.#title;
  }

  /** Puts the focus on the heading, as a new page would. */
  focus(): void {
    this.#heading.focus();
  }

  /** Gives the view another title, also to the window while it is shown. */
  protected rename(title: string): void {
    this.#title = title;
    setText(this.#heading, title);
    if (this.element.isConnected) {
      showTitle(title);
    }
  }

  /** Says which place the view belongs to. */
  protected way({ href, text }: { href: string; text: string }): void {
    this.element.prepend(
      element('p', { className: 'way' }, element('a', { href }, text)),
    );
  }

  close(): void {
    this.#parts.forEach((part) => part.close());
  }

  /** Closes a part together with the view. */
  protected own<Part extends { close(): void }>(part: Part): Part {
    this.#parts.push(part);
    return part;
  }

  /** Reads again and again while the view is open. */
  protected poll(interval: number, read: () => Promise<void>): Poll {
    return this.own(new Poll(interval, read, (error) => this.show(error)));
  }

  /** Shows a fault, or that there is none any more. */
  protected show(error: unknown): void {
    if (error !== undefined && isSignedOut(error)) {
      this.#signOut(error);
      return;
    }
    setText(this.#fault, error === undefined ? '' : faultOf(error));
  }
}
