import type { types } from 'mediasoup';

import { deepFreeze } from '../core/deepFreeze.ts';

/**
 * Gives a producer one object of its consumable parameters for good. mediasoup makes
 * a copy at each access, and accesses them three times for each consumer, only to
 * read them; that they are frozen holds it to that.
 */
export function keepConsumableParameters(producer: types.Producer): void {
  const value = deepFreeze(producer.consumableRtpParameters);
  Object.defineProperty(producer, 'consumableRtpParameters', { value });
}
