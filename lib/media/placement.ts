import type { MediaWorker } from './MediaWorker.ts';
import type { RoomRouter } from './RoomRouter.ts';

/**
 * The worker on which a newcomer of a room is placed: one of those that the room
 * is on already while they have place, and of these or of all workers the one
 * that carries the fewest consumers. Undefined when no worker answers.
 *
 * @param routers - Those of the room.
 * @param usable - All workers that are alive and answer.
 * @param consumersPerRouter - From how many consumers on a router has no place.
 */
export function workerForNewcomer(
  routers: ReadonlyMap<MediaWorker, RoomRouter>,
  usable: readonly MediaWorker[],
  consumersPerRouter: number,
): MediaWorker | undefined {
  const own = Array.from(routers.values()).filter(
    ({ worker }) => worker.responsive,
  );
  const each = consumersOfEach(own);
  const vacant = own.filter(
    (router) => router.expectedConsumers(each) < consumersPerRouter,
  );
  const workers =
    vacant.length > 0
      ? vacant.map(({ worker }) => worker)
      : [...own.map(({ worker }) => worker), ...usable];
  const membersOn = (worker: MediaWorker) =>
    routers.get(worker)?.members.size ?? 0;
  // Of equals the first is taken, which is one that has a router already.
  const [least] = workers.toSorted(
    (one, other) =>
      one.consumers - other.consumers || membersOn(one) - membersOn(other),
  );
  return least;
}

/**
 * How many consumers a member of the room has on average. Many may come at once,
 * as when a worker died, and be placed before they receive what others do.
 */
function consumersOfEach(routers: readonly RoomRouter[]): number {
  let consumers = 0;
  let members = 0;
  for (const router of routers) {
    consumers += router.consumers;
    members += router.members.size;
  }
  return members === 0 ? 0 : consumers / members;
}
