import type { Calls } from '../../calls/Calls.ts';
import { callerOf, requireMediaServer } from '../../calls/requester.ts';
import type { Client } from '../../calls/requester.ts';
import type { RouteContract, RouteHandlers } from '../../http/RouteSpec.ts';
import type { callRoutes } from './callRoutes.ts';
import {
  callOf,
  callSummaryOf,
  joinedCallOf,
  startedCallOf,
  transcriptionOf,
} from './encodeCall.ts';
import { success } from './shapes.ts';

/** The part of the contract that is about calls. */
interface CallContract extends RouteContract {
  routes: typeof callRoutes;
}

/** The functions that serve the resources of calls. */
export function callHandlers(
  calls: Calls,
): RouteHandlers<CallContract, Client> {
  return {
    async initiateCall({ user, body }) {
      const call = await calls.initiate(callerOf(user), body);
      return { status: 201, body: success(startedCallOf(call)) };
    },

    async showCall({ user, parameters: { callId } }) {
      const call = await calls.get(callerOf(user), callId);
      return { status: 200, body: success(callOf(call)) };
    },

    async joinCall({ user, parameters: { callId }, body }) {
      const joined = await calls.join(callerOf(user), callId, body);
      return { status: 200, body: success(joinedCallOf(joined)) };
    },

    async leaveCall({ user, parameters: { callId, participantId } }) {
      const left = await calls.remove(callerOf(user), callId, participantId);
      const { leftAt = new Date() } = left;
      return {
        status: 200,
        body: success({
          message: 'Left call successfully',
          participantId,
          leftAt: leftAt.toISOString(),
        }),
      };
    },

    async endCall({ user, parameters: { callId } }) {
      const ended = await calls.end(callerOf(user), callId);
      const { endedAt = new Date(), duration } = ended;
      return {
        status: 200,
        body: success({
          message: 'Call ended successfully',
          callId,
          endedAt: endedAt.toISOString(),
          duration,
        }),
      };
    },

    async listCalls({ user, parameters: { conversationId }, query }) {
      const { limit, offset } = query;
      const found = await calls.history(callerOf(user), conversationId, query);
      return {
        status: 200,
        body: success({
          calls: found.calls.map(callSummaryOf),
          total: found.total,
          limit,
          offset,
        }),
      };
    },

    async switchCallMode({ user, parameters: { callId }, body: { mode } }) {
      const switched = await calls.switchMode(callerOf(user), callId, mode);
      return {
        status: 200,
        body: success({ ...switched, switchedAt: new Date().toISOString() }),
      };
    },

    async submitTranscription({ user, parameters: { callId }, body }) {
      requireMediaServer(user);
      const { participantId, confidenceScore, ...spoken } = body;
      const { id, translations } = await calls.submit(
        callId,
        participantId,
        spoken,
        confidenceScore,
      );
      const stored = { transcriptionId: id, translations };
      return { status: 201, body: success(stored) };
    },

    async listTranscriptions({ user, parameters: { callId }, query }) {
      const caller = callerOf(user);
      const found = await calls.transcripts.list(caller, callId, query);
      return {
        status: 200,
        body: success({
          ...query,
          total: found.total,
          transcriptions: found.transcriptions.map(transcriptionOf),
        }),
      };
    },
  };
}
