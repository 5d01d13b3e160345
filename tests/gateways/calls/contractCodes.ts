import assert from 'node:assert/strict';

/** The codes that the contract has for HTTP. */
export const HTTP_CODES = [
  'INVALID_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'INVALID_CONVERSATION_TYPE',
  'RATE_LIMIT_EXCEEDED',
  'INTERNAL_SERVER_ERROR',
  'SERVICE_UNAVAILABLE',
] as const;

/** The codes that it has for Socket.IO, by the test file that provokes them. */
export const SOCKET_CODES = {
  'socketErrors.test.ts': [
    'CALL_NOT_FOUND',
    'CALL_ALREADY_ACTIVE',
    'CALL_ENDED',
    'PARTICIPANT_NOT_FOUND',
    'ALREADY_PARTICIPANT',
    'MAX_PARTICIPANTS_REACHED',
    'TRANSCRIPTION_ERROR',
    'SIGNALING_ERROR',
    'PERMISSION_DENIED',
  ],
  'socketFailures.test.ts': [
    'INVALID_MODE',
    'MODE_SWITCH_FAILED',
    'MEDIA_SERVER_ERROR',
    'KICKED',
    'TIMEOUT',
  ],
  'translations.test.ts': ['TRANSLATION_ERROR'],
} as const;

/** Asserts that a file has provoked all codes that it has to. */
export function assertProvoked(
  file: keyof typeof SOCKET_CODES,
  provoked: ReadonlySet<string>,
): void {
  const missing = SOCKET_CODES[file].filter((code) => !provoked.has(code));
  assert.deepEqual(missing, []);
}
