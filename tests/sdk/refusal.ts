import { ERRORS } from '@atrium/protocol';
import type { ErrorName } from '@atrium/protocol';

import { RequestError } from '../../sdk/src/core/Connection.ts';

/** The error of a request that the server refused. */
export function refusal(method: string, errorName: ErrorName): RequestError {
  return new RequestError(method, {
    errorCode: ERRORS[errorName],
    errorName,
    errorReason: 'refused',
  });
}
