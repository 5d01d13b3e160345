import type { LinkEnd, NodePeer } from '../cluster/NodeBus.ts';
import { AppError, fault } from '../core/errors.ts';
import { inTime } from '../core/inTime.ts';
import { Logger } from '../core/logger.ts';
import { callErrors } from './errors.ts';
import type { CallDevice, CallEvent, Caller } from './types.ts';

const logger = new Logger('calls');

/** The longest time for a call at another server to answer, ms. */
const ANSWER_TIMEOUT = 30_000;

/** The longest time to find out which server has a call, ms. */
const FIND_TIMEOUT = 2_000;

/** The time for the answer to come back, beside that of a device, ms. */
const WAY_TIME = 1_000;

/** A device, as servers tell each other of it. */
interface DeviceFacts {
  readonly id: string;
  readonly caller: Caller;
  readonly language: string | undefined;
}

/** A failure that clients are told of. */
interface Failure {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly option: string | undefined;
  readonly retryAfter: number | undefined;
  readonly until: Date | undefined;
}

/** A question to another server. */
type Question =
  | { readonly about: 'holds'; readonly callId: string }
  | {
      readonly about: 'device';
      readonly deviceId: string;
      readonly timeout: number;
    }
  | {
      readonly about: 'call';
      readonly name: string;
      readonly args: readonly unknown[];
      /** The device that asks, the last of the arguments. */
      readonly device: DeviceFacts | undefined;
    };

/** A message between two servers. */
type Message =
  | { readonly type: 'connected'; readonly device: DeviceFacts }
  | { readonly type: 'gone'; readonly deviceId: string }
  | {
      readonly type: 'event';
      readonly deviceId: string;
      readonly event: CallEvent;
    }
  | {
      readonly type: 'memberRemoved';
      readonly conversationId: string;
      readonly userId: string;
    }
  | {
      readonly type: 'question';
      readonly number: number;
      readonly question: Question;
    }
  | {
      readonly type: 'answer';
      readonly number: number;
      readonly value: unknown;
    }
  | {
      readonly type: 'failure';
      readonly number: number;
      readonly failure: Failure;
    };

/** The calls and devices of this server, as its links need them. */
export interface LinkedCalls {
  /** The devices that are connected here, by their ids. */
  readonly devices: ReadonlyMap<string, CallDevice>;
  has(callId: string): boolean;
  /** Connects a device of another server, as if it were here. */
  connect(device: CallDevice): Disposable;
  /** Notes that a user is no longer a member of a conversation. */
  noteRemoved(conversationId: string, userId: string): void;
  /** Serves a request to a call. */
  serve(name: string, args: readonly unknown[]): Promise<unknown>;
}

/** A device that is connected to another server. */
class RemoteDevice implements CallDevice {
  readonly caller: Caller;
  language: string | undefined;
  readonly #id: string;
  readonly #link: CallLink;

  constructor({ id, caller, language }: DeviceFacts, link: CallLink) {
    this.#id = id;
    this.caller = caller;
    this.language = language;
    this.#link = link;
  }

  deliver(event: CallEvent): void {
    this.#link.deliver(this.#id, event);
  }

  confirm(timeout: number): Promise<boolean> {
    return this.#link.confirm(this.#id, timeout);
  }
}

/**
 * The link to another server for calls: the devices there take part in the calls here,
 * and requests to the calls there are served there. What waits for it is bounded by its
 * connection, and questions by the time for their answers.
 */
export class CallLink implements LinkEnd {
  readonly #peer: NodePeer;
  readonly #calls: LinkedCalls;
  readonly #onClose: () => void;
  /** The devices of the other server, each with its place among those here. */
  readonly #devices = new Map<
    string,
    { device: RemoteDevice; place: Disposable }
  >();
  readonly #questions = new Map<number, PromiseWithResolvers<unknown>>();
  /** The devices here that the other server does not know of yet. */
  readonly #untold: Set<string>;
  #asked = 0;
  #closed = false;

  constructor(peer: NodePeer, calls: LinkedCalls, onClose: () => void) {
    this.#peer = peer;
    this.#calls = calls;
    this.#onClose = onClose;
    this.#untold = new Set(calls.devices.keys());
    void this.#introduce();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  noteConnected(id: string, device: CallDevice): void {
    this.#untold.delete(id);
    this.#send({ type: 'connected', device: factsOf(id, device) });
  }

  noteGone(deviceId: string): void {
    if (!this.#untold.delete(deviceId)) {
      this.#send({ type: 'gone', deviceId });
    }
  }

  noteRemoved(conversationId: string, userId: string): void {
    this.#send({ type: 'memberRemoved', conversationId, userId });
  }

  deliver(deviceId: string, event: CallEvent): void {
    this.#send({ type: 'event', deviceId, event });
  }

  /** Asks a device of the other server for a sign of life. */
  async confirm(deviceId: string, timeout: number): Promise<boolean> {
    const question = { about: 'device', deviceId, timeout } as const;
    try {
      return (await this.#ask(question, timeout + WAY_TIME)) === true;
    } catch (error) {
      logger.debug('cannot ask a device at another server: %s', error);
      return false;
    }
  }

  /** Asks if the other server has a call. Never rejects. */
  async holds(callId: string): Promise<boolean> {
    try {
      const question = { about: 'holds', callId } as const;
      return (await this.#ask(question, FIND_TIMEOUT)) === true;
    } catch (error) {
      logger.debug('cannot ask another server for a call: %s', error);
      return false;
    }
  }

  /**
   * Lets the other server serve a request to one of its calls.
   *
   * @param device - The device that asks, with its id; that is undefined once it has gone.
   * @throws {AppError} Those of the request; CALL_ELSEWHERE without an answer.
   */
  request(
    name: string,
    args: readonly unknown[],
    device: { id: string | undefined; device: CallDevice } | undefined,
  ): Promise<unknown> {
    if (device?.id !== undefined && this.#untold.has(device.id)) {
      this.noteConnected(device.id, device.device);
    }
    return this.#ask(
      {
        about: 'call',
        name,
        args,
        device: device && factsOf(device.id ?? '', device.device),
      },
      ANSWER_TIMEOUT,
    );
  }

  receive(received: unknown): void {
    // Nodes trust each other.
    const message = received as Message;
    switch (message.type) {
      case 'connected':
        this.#connect(message.device);
        break;
      case 'gone':
        this.#devices.get(message.deviceId)?.place[Symbol.dispose]();
        this.#devices.delete(message.deviceId);
        break;
      case 'event':
        this.#calls.devices.get(message.deviceId)?.deliver(message.event);
        break;
      case 'memberRemoved':
        this.#calls.noteRemoved(message.conversationId, message.userId);
        break;
      case 'question':
        void this.#answer(message.number, message.question);
        break;
      case 'answer':
        this.#questions.get(message.number)?.resolve(message.value);
        break;
      case 'failure':
        this.#questions.get(message.number)?.reject(errorOf(message.failure));
        break;
    }
  }

  closed(): void {
    this.#closed = true;
    this.#onClose();
    for (const { reject } of this.#questions.values()) {
      reject(unanswered());
    }
    for (const { place } of this.#devices.values()) {
      place[Symbol.dispose]();
    }
    this.#devices.clear();
  }

  /** Tells the other server of the devices here, as fast as it reads. */
  async #introduce(): Promise<void> {
    for (const id of this.#untold) {
      const device = this.#calls.devices.get(id);
      if (device !== undefined) {
        this.noteConnected(id, device);
      }
      await this.#peer.drained();
      if (this.#closed) {
        return;
      }
    }
  }

  #connect(facts: DeviceFacts): void {
    const device = new RemoteDevice(facts, this);
    this.#devices.get(facts.id)?.place[Symbol.dispose]();
    this.#devices.set(facts.id, { device, place: this.#calls.connect(device) });
  }

  async #ask(question: Question, timeout: number): Promise<unknown> {
    if (this.#closed) {
      throw unanswered();
    }
    this.#asked += 1;
    const number = this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#questions.set(number, answer);
    this.#send({ type: 'question', number, question });
    try {
      return await inTime(answer.promise, timeout, unanswered);
    } finally {
      this.#questions.delete(number);
    }
  }

  async #answer(number: number, question: Question): Promise<void> {
    try {
      const value = await this.#valueFor(question);
      this.#send({ type: 'answer', number, value });
    } catch (error) {
      const failure =
        error instanceof AppError
          ? error
          : fault(logger, 'a request of another server', error);
      this.#send({ type: 'failure', number, failure: failureOf(failure) });
    }
  }

  async #valueFor(question: Question): Promise<unknown> {
    switch (question.about) {
      case 'holds':
        return this.#calls.has(question.callId);
      case 'device': {
        const device = this.#calls.devices.get(question.deviceId);
        return (await device?.confirm(question.timeout)) ?? false;
      }
      case 'call': {
        const { name, args, device } = question;
        const last = device === undefined ? [] : [this.#deviceOf(device)];
        return this.#calls.serve(name, [...args, ...last]);
      }
    }
  }

  /** The device that asks; one that is not connected any more is none of those here. */
  #deviceOf(facts: DeviceFacts): CallDevice {
    const device =
      this.#devices.get(facts.id)?.device ?? new RemoteDevice(facts, this);
    device.language = facts.language;
    return device;
  }

  #send(message: Message): void {
    this.#peer.send(message);
  }
}

function factsOf(id: string, { caller, language }: CallDevice): DeviceFacts {
  return { id, caller, language };
}

function failureOf(error: AppError): Failure {
  const { code, status, message, option, retryAfter, until } = error;
  return { code, status, message, option, retryAfter, until };
}

function errorOf({ code, status, message, ...options }: Failure): AppError {
  const { option, retryAfter, until } = options;
  return new AppError({ code, status, meaning: '' }, message, {
    ...(option !== undefined && { option }),
    ...(retryAfter !== undefined && { retryAfter }),
    until,
  });
}

function unanswered(): AppError {
  return new AppError(
    callErrors.CALL_ELSEWHERE,
    'the server that has the call does not answer; try again',
  );
}
