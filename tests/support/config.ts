import assert from 'node:assert/strict';

import { parseConfig } from '../../lib/config/load.ts';
import { ConfigError } from '../../lib/core/ConfigError.ts';

/** The message with which the start fails; empty for a valid config. */
export function problemsOf(input: unknown): string {
  try {
    parseConfig(input);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message;
  }
  return '';
}

/** The whole message about these problems. */
export function wrong(...problems: string[]): string {
  return `The configuration is wrong:\n  ${problems.join('\n  ')}`;
}
