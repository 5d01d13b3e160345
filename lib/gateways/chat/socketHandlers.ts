import type { Signal } from '../../rooms/Signal.ts';
import type { RequestHandlers } from '../../signalling/RequestDispatcher.ts';
import type { ChatSession } from './ChatSession.ts';
import type { requests } from './contract.ts';

/** The functions that serve the messages of the contract. */
export const socketHandlers: RequestHandlers<typeof requests, ChatSession> = {
  async content({ peer }, { content }) {
    await peer.messages.post(content);
    return {};
  },

  'webrtc-offer': (session, { offer, target_id }) =>
    relay(session, { kind: 'offer', offer }, target_id),

  'webrtc-answer': (session, { answer, target_id }) =>
    relay(session, { kind: 'answer', answer }, target_id),

  'webrtc-ice-candidate': (session, { candidate, target_id }) =>
    relay(session, { kind: 'candidate', candidate }, target_id),

  'webrtc-hangup': (session, { target_id }) =>
    relay(session, { kind: 'hangUp' }, target_id),
};

function relay(
  { peer }: ChatSession,
  signal: Signal,
  target: number | undefined,
): Record<string, never> {
  peer.messages.signal(
    signal,
    target === undefined ? undefined : String(target),
  );
  return {};
}
