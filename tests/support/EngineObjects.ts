import type { types } from 'mediasoup';

/** A mediasoup object in this process. */
interface EngineObject {
  readonly id: string;
  readonly closed: boolean;
}

/** Records the objects that are opened in mediasoup's workers. */
export class EngineObjects {
  readonly #opened = new Map<EngineObject, string>();

  /** Those that this process has not closed, with their kinds. */
  get open(): (readonly [EngineObject, kind: string])[] {
    return Array.from(this.#opened).filter(([{ closed }]) => !closed);
  }

  /** Records what is opened in a worker from now on. */
  watch({ observer }: types.Worker): void {
    observer.on('newwebrtcserver', (it) => this.#note('WebRtcServer', it));
    observer.on('newrouter', (router) => this.#watchRouter(router));
  }

  /** Forgets what was opened so far. */
  clear(): void {
    this.#opened.clear();
  }

  #watchRouter(router: types.Router): void {
    this.#note('router', router);
    router.observer.on('newrtpobserver', (it) => this.#note('observer', it));
    router.observer.on('newtransport', (transport) => {
      this.#note(`${transport.type} transport`, transport);
      const { observer } = transport;
      const on = `on ${transport.type} transport`;
      observer.on('newproducer', (it) => this.#note(`producer ${on}`, it));
      observer.on('newconsumer', (it) => this.#note(`consumer ${on}`, it));
      observer.on('newdataproducer', (it) => {
        this.#note(`data producer ${on}`, it);
      });
      observer.on('newdataconsumer', (it) => {
        this.#note(`data consumer ${on}`, it);
      });
    });
  }

  #note(kind: string, object: EngineObject): void {
    this.#opened.set(object, kind);
  }
}
