import type { CloseCode } from '../../signalling/closeCodes.ts';
import { RequestDispatcher } from '../../signalling/RequestDispatcher.ts';
import type { SocketIoLink } from '../../signalling/socketio/SocketIoLink.ts';
import type { SocketIoSessionContext } from '../../signalling/socketio/SocketIoSession.ts';
import type { Namespace } from '../../signalling/socketio/SocketIoTransport.ts';
import { requests } from './contract.ts';
import { MediaSession, textOf } from './MediaSession.ts';
import type { MediaSocketServices } from './MediaSession.ts';
import { socketHandlers } from './socketHandlers.ts';

const dispatcher = new RequestDispatcher(requests, socketHandlers);

/** Names of failures, by the reasons for which the server disconnects a client. */
const NAMES: Partial<Record<CloseCode, string>> = {
  slowReader: 'RATE_LIMIT_EXCEEDED',
  flooding: 'RATE_LIMIT_EXCEEDED',
  joinTimeout: 'UNAUTHORIZED',
  loginEnded: 'UNAUTHORIZED',
  ended: 'FORBIDDEN',
  roomDeleted: 'NOT_FOUND',
  notTheProtocol: 'INVALID_REQUEST',
  notText: 'INVALID_REQUEST',
  notJson: 'INVALID_REQUEST',
  tooBig: 'INVALID_REQUEST',
};

/** The events of the media-server API, as they are spoken over Socket.IO. */
export class MediaNamespace implements Namespace {
  readonly gateway = 'media';
  readonly #context: SocketIoSessionContext;
  readonly #services: MediaSocketServices;

  constructor(context: SocketIoSessionContext, services: MediaSocketServices) {
    this.#context = context;
    this.#services = services;
  }

  readonly goodbye = (reason: CloseCode, message: string): string => {
    const code = NAMES[reason] ?? 'SERVICE_UNAVAILABLE';
    return textOf({ name: 'call:error', data: { code, message } });
  };

  open(link: SocketIoLink): MediaSession {
    return new MediaSession(link, this.#context, dispatcher, this.#services);
  }
}
