import { CONSTRAINTS, textOf } from '../core/index.ts';
import type { DeviceSource } from '../core/index.ts';
import type { Snapshot } from '../Snapshot.ts';
import { VideoconfError } from '../VideoconfError.ts';
import type { VideoconfSDK } from '../VideoconfSDK.ts';

/** Most messages that are kept; beyond that, the oldest are dropped. */
const MAX_MESSAGES = 200;

/** A message of the chat. */
export type ChatMessage = {
  readonly id: number;
  readonly from: string;
  /** The name of the sender when it was sent. */
  readonly name: string;
  readonly own: boolean;
  readonly text: string;
  readonly at: Date;
  readonly delivery: 'sending' | 'sent' | 'failed';
};

/** The place that a container enters, and the devices that it opens there. */
export type Destination = {
  /** Tells places apart. */
  readonly key: string;
  readonly microphone: boolean;
  readonly camera: boolean;
  enter: () => Promise<void>;
};

/** A failure that does not end the stay, with the devices that it is about. */
export type Problem = {
  readonly error: VideoconfError;
  readonly devices: readonly DeviceSource[];
};

/** The messages and the last failure; a change makes another object. */
export type VisitState = {
  readonly messages: readonly ChatMessage[];
  readonly problem: Problem | undefined;
};

/**
 * A client in a container: enters and leaves as the container is mounted and
 * unmounted, and keeps what the client only tells once.
 *
 * React mounts effects twice in strict mode, and again when their values change.
 * So what to do is settled after all of them have run: only then is it known if
 * the client is to enter, stay or leave.
 */
export class Visit {
  readonly sdk: VideoconfSDK;
  readonly #subscribers = new Set<() => void>();
  #state: VisitState = { messages: [], problem: undefined };
  #lastId = 0;
  #wanted: Destination | undefined;
  #entered: Destination | undefined;
  #isSettling = false;
  #failed: ((error: VideoconfError) => void) | undefined;

  constructor(sdk: VideoconfSDK) {
    this.sdk = sdk;
  }

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#subscribers.add(onChange);
    return () => this.#subscribers.delete(onChange);
  };

  readonly getSnapshot = (): VisitState => this.#state;

  /** Listens to the client until the function that it returns is called. */
  listen(listener: {
    failed: (error: VideoconfError) => void;
    ended: (snapshot: Snapshot) => void;
  }): () => void {
    const { sdk } = this;
    const removals = [
      sdk.on('message', ({ from, data }) => this.#hear(from, data)),
      sdk.on('chat-cleared', () => this.#change({ messages: [] })),
      sdk.on('error', (error) => this.report(error)),
      sdk.on('state', (snapshot) => {
        if (snapshot.state === 'ended') {
          if (this.#entered) {
            // Nothing is sent any more, so the devices need not stay open.
            sdk.close();
          }
          listener.ended(snapshot);
        }
      }),
    ];
    this.#failed = listener.failed;
    return () => {
      for (const remove of removals) {
        remove();
      }
      this.#failed = undefined;
    };
  }

  /** Goes to a place until the function that it returns is called. */
  go(destination: Destination): () => void {
    this.#wanted = destination;
    this.#settle();
    return () => {
      this.#wanted = undefined;
      this.#settle();
    };
  }

  /** True if the container has entered itself, and so can again. */
  get canGoAgain(): boolean {
    return this.#entered !== undefined;
  }

  /** Enters again after the end. */
  goAgain(): void {
    const wanted = this.#wanted;
    if (wanted && this.sdk.getSnapshot().state === 'ended') {
      this.#enter(wanted);
    }
  }

  /** Keeps a failure for the user to see. */
  report(reason: unknown, devices: readonly DeviceSource[] = []): void {
    const error =
      reason instanceof VideoconfError
        ? reason
        : VideoconfError.because('UNREACHABLE', reason as Error);
    this.#change({ problem: { error, devices } });
    this.#failed?.(error);
  }

  /** Forgets the last failure. */
  readonly dismiss = (): void => this.#change({ problem: undefined });

  /** Sends a text to all, and shows how far it has come. */
  async say(text: string): Promise<void> {
    const { self } = this.sdk.getSnapshot();
    const id = this.#add({
      from: self?.id ?? '',
      name: self?.name ?? '',
      own: true,
      text,
      delivery: 'sending',
    });
    try {
      await this.sdk.send({ text });
      this.#deliver(id, 'sent');
    } catch (error) {
      this.#deliver(id, 'failed');
      this.report(error);
    }
  }

  #settle(): void {
    if (this.#isSettling) {
      return;
    }
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      const wanted = this.#wanted;
      if (wanted?.key === this.#entered?.key) {
        return;
      }
      if (wanted) {
        this.#enter(wanted);
      } else {
        this.#entered = undefined;
        this.sdk.close();
      }
    });
  }

  #enter(destination: Destination): void {
    const isMoving =
      this.#entered !== undefined && this.sdk.getSnapshot().state !== 'ended';
    this.#entered = destination;
    this.#change({ problem: undefined });
    // The state tells of failures.
    destination.enter().catch(() => {});
    if (!isMoving) {
      void this.#openDevices(destination);
    }
  }

  /** Opens the devices, with one question to the user for both. */
  async #openDevices({ microphone, camera }: Destination): Promise<void> {
    const { sdk } = this;
    if (microphone && camera) {
      try {
        await sdk.initializeCall({
          audio: CONSTRAINTS.mic,
          video: CONSTRAINTS.camera,
        });
        return;
      } catch (error) {
        if ((error as VideoconfError).final) {
          this.report(error, ['mic', 'camera']);
          return;
        }
        // One of them is missing or in use; the other may open.
      }
    }
    await Promise.all([
      microphone &&
        sdk.setMicrophone(true).catch((error) => this.report(error, ['mic'])),
      camera &&
        sdk.setCamera(true).catch((error) => this.report(error, ['camera'])),
    ]);
  }

  #hear(from: string, data: unknown): void {
    const text = textOf(data);
    if (text !== undefined) {
      const { participants } = this.sdk.getSnapshot();
      const name = participants.find(({ id }) => id === from)?.name ?? from;
      this.#add({ from, name, own: false, text, delivery: 'sent' });
    }
  }

  #add(message: Omit<ChatMessage, 'id' | 'at'>): number {
    this.#lastId += 1;
    const added = { ...message, id: this.#lastId, at: new Date() };
    this.#change({
      messages: [...this.#state.messages, added].slice(-MAX_MESSAGES),
    });
    return added.id;
  }

  #deliver(id: number, delivery: ChatMessage['delivery']): void {
    this.#change({
      messages: this.#state.messages.map((it) =>
        it.id === id ? { ...it, delivery } : it,
      ),
    });
  }

  #change(changed: Partial<VisitState>): void {
    this.#state = { ...this.#state, ...changed };
    for (const subscriber of this.#subscribers) {
      subscriber();
    }
  }
}
