import { faultOf, isSignedOut } from '../faults.ts';
import { Poll } from '../Poll.ts';
import type { Session } from '../Session.ts';
import { element, setText } from '../ui/element.ts';

/** What every view is made with. */
export interface ViewContext {
  readonly session: Session;
  /** Shows the entrance again, with the reason. */
  readonly signOut: (error: unknown) => void;
}

/** A view: a heading, a line for faults, and what it shows. */
export abstract class View {
  readonly element = element('section', { className: 'page' });
  readonly title: string;
  protected readonly session: Session;
  readonly #heading: HTMLHeadingElement;
  readonly #fault = element('p', { className: 'fault', role: 'alert' });
  readonly #signOut: (error: unknown) => void;
  readonly #parts: { close(): void }[] = [];

  constructor(title: string, { session, signOut }: ViewContext) {
    this.title = title;
    this.session = session;
    this.#signOut = signOut;
    this.#heading = element('h1', { tabIndex: -1 }, title);
    this.element.append(this.#heading, this.#fault);
  }

  /** Puts the focus on the heading, as a new page would. */
  focus(): void {
    this.#heading.focus();
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
