import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import type { SocketIoLink } from '../../signalling/socketio/SocketIoLink.ts';
import type { SocketIoSessionContext } from '../../signalling/socketio/SocketIoSession.ts';
import type { Namespace } from '../../signalling/socketio/SocketIoTransport.ts';
import { CallsSession } from './CallsSession.ts';
import type { CallsSocketServices } from './CallsSession.ts';
import { requests } from './contract.ts';
import { goodbyeOf } from './socketErrors.ts';
import { socketHandlers } from './socketHandlers.ts';

const dispatcher = new RequestDispatcher(requests, socketHandlers);

/** The events of calls, as they are spoken over Socket.IO. */
export class CallsNamespace implements Namespace {
  readonly gateway = 'calls';
  readonly goodbye = goodbyeOf;
  readonly #context: SocketIoSessionContext;
  readonly #services: CallsSocketServices;

  constructor(context: SocketIoSessionContext, services: CallsSocketServices) {
    this.#context = context;
    this.#services = services;
  }

  open(link: SocketIoLink): CallsSession {
    return new CallsSession(link, this.#context, dispatcher, this.#services);
  }
}
