import { LiveOptions } from '../../lib/core/Live.ts';
import { limitsSection } from '../../lib/limits/options.ts';
import type { Limits } from '../../lib/limits/options.ts';

/** Limits that a test can replace, with defaults for the others. */
export function liveLimits(changes: Partial<Limits>): LiveOptions<Limits> {
  return new LiveOptions<Limits>(limitsSection.parse(changes));
}
