import type { NotificationData } from '@atrium/protocol/protoo';

/** The condition of a received producer: `poor` if losses show, `lost` if nothing arrives. */
export type Reception = 'good' | 'poor' | 'lost';

/** The scores of a consumer, each 0 to 10, the best. */
type Scores = Pick<
  NotificationData<'consumerScore'>,
  'score' | 'producerScore'
>;

/** The score up to which losses are noticed; 10 % of losses make about 7. */
const POOR_SCORE = 6;

/** The condition of what the server sends of a producer. */
export function receptionOf({ score, producerScore }: Scores): Reception {
  if (score === 0) {
    return 'lost';
  }
  // Producers that send nothing for the moment have a score of 0, too.
  return Math.min(score, producerScore || score) > POOR_SCORE ? 'good' : 'poor';
}
