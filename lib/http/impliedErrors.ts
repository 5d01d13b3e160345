import { coreErrors } from '../core/errors.ts';
import type { ErrorSpec } from '../core/errors.ts';
import { roomErrors } from '../rooms/errors.ts';
import { httpErrors } from './errors.ts';
import type { RouteSpec } from './RouteSpec.ts';

/** Failures that a route can meet because of its inputs, or as any route can. */
export function impliedErrors({
  headers,
  parameters,
  query,
  body,
  liveRoom,
  node,
  requires,
}: RouteSpec): ErrorSpec[] {
  const takesInput = [headers, parameters, query, body].some(
    (input) => input !== undefined,
  );
  return [
    coreErrors.ORIGIN_REFUSED,
    coreErrors.LIMIT_REACHED,
    ...(takesInput ? [coreErrors.VALIDATION_ERROR] : []),
    ...(liveRoom === undefined ? [] : [roomErrors.ROOM_UNREACHABLE]),
    ...(node === undefined ? [] : [httpErrors.NODE_UNREACHABLE]),
    ...(requires === 'user' && (liveRoom ?? node) !== undefined
      ? [httpErrors.NODE_DISAGREES]
      : []),
    ...(body === undefined
      ? []
      : [
          httpErrors.MALFORMED_BODY,
          httpErrors.PAYLOAD_TOO_LARGE,
          httpErrors.UNSUPPORTED_MEDIA_TYPE,
        ]),
  ];
}
