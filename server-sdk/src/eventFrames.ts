/** An event of a stream as it came. */
export interface EventFrame {
  /** The id of the last event that had one. */
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * The events in the text of a stream, which may arrive in pieces of any size.
 * Comments, and events without data, are left out.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventFrames {
  #rest = '';
  #id: string | undefined;
  readonly #data: string[] = [];

  /** Takes the next piece, and returns the events that it completes. */
  take(piece: string): EventFrame[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line.replace(/\r$/, '')));
  }

  #line(line: string): EventFrame[] {
    if (line === '') {
      const data = this.#data.splice(0);
      return data.length === 0 ? [] : [{ id: this.#id, data: data.join('\n') }];
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'data') {
      this.#data.push(value);
    } else if (field === 'id') {
      this.#id = value;
    }
    return [];
  }
}
