import type { Response } from 'express';

/** An event of a stream. The same object always has the same frame. */
export interface StreamedEvent {
  /** The place from which a client that comes back continues. */
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
}

/** The events of a reply that goes on until its client leaves. */
export interface EventSource<Event extends StreamedEvent = StreamedEvent> {
  /**
   * Begins to pass events on.
   *
   * @returns A function that ends it.
   */
  readonly listen: (send: (event: Event) => void) => () => void;
  /** The interval of comments, which show each end that the other is there, ms. */
  readonly heartbeat: () => number;
  /** The most that is buffered for a client that reads slowly, bytes. */
  readonly mostBytes: () => number;
}

/** The frames of events, so that each is encoded once for all streams. */
const frames = new WeakMap<StreamedEvent, string>();

/**
 * Sends events until the client leaves, reads too slowly, or is refused.
 *
 * @param cut - Cuts the data of an event to its schema.
 * @param allow - Throws once the client would be refused; called at each heartbeat.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function sendEvents(
  response: Response,
  source: EventSource,
  cut: (data: unknown) => unknown,
  allow: () => unknown,
): void {
  // Proxies such as nginx would collect the events.
  response.set('X-Accel-Buffering', 'no').type('text/event-stream');
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  let isOpen = !response.destroyed;
  let timer: NodeJS.Timeout | undefined;
  const write = (text: string): void => {
    if (response.writableLength > source.mostBytes()) {
      response.destroy();
    } else if (isOpen) {
      response.write(text);
    }
  };
  // It may refuse the client, so nothing is sent before.
  const listen = (): (() => void) => {
    try {
      return source.listen((event) => write(frameOf(event, cut)));
    } catch (error) {
      // The refusal has a type of its own.
      response.removeHeader('Content-Type');
      throw error;
    }
  };
  const stop = listen();
  const end = (): void => {
    isOpen = false;
    clearTimeout(timer);
    stop();
  };
  if (response.destroyed) {
    end();
    return;
  }
  response.once('close', end);
  const beat = async (): Promise<void> => {
    try {
      await allow();
    } catch {
      end();
      response.end();
      return;
    }
    if (isOpen) {
      write(': \n\n');
      wait();
    }
  };
  const wait = (): void => {
    timer = setTimeout(() => void beat(), source.heartbeat());
  };
  // The headers go out with it.
  write(': open\n\n');
  wait();
}

function frameOf(
  event: StreamedEvent,
  cut: (data: unknown) => unknown,
): string {
  let frame = frames.get(event);
  if (frame === undefined) {
    const { id, name, data } = event;
    frame = `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(cut(data))}\n\n`;
    frames.set(event, frame);
  }
  return frame;
}
