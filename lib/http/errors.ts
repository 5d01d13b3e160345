import { defineErrors } from '../core/errors.ts';

/** Failures of a request over HTTP, whichever route it is for. */
export const httpErrors = defineErrors({
  METHOD_NOT_ALLOWED: {
    status: 405,
    meaning:
      'The path does not support this method; the header Allow lists those that it does.',
  },
  MALFORMED_BODY: {
    status: 400,
    meaning: 'The body is incomplete, not UTF-8, or not JSON.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    meaning: 'The body is larger than the route accepts.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    meaning: 'The route does not accept bodies of this type or encoding.',
  },
  NODE_DISAGREES: {
    status: 502,
    meaning:
      'The server of the cluster to which the request was passed on does not accept its key or token, which the one that was asked accepts: auth has to be the same on all servers.',
  },
  NODE_UNREACHABLE: {
    status: 503,
    meaning:
      'The server of the cluster that is named gives no reply; the request may have been served.',
  },
});
