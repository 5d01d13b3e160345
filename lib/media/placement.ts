import type { MediaWorker } from './MediaWorker.ts';
import type { RoomRouter } from './RoomRouter.ts';

/**
 * Selects the worker for a new member of a room: the one with the fewest consumers
 * among those that the room is on and that have capacity, or among all workers.
 * Undefined if no worker answers.
 *
 * @param routers - The routers of the room.
 * @param usable - All workers that are alive and answer.
 * @param consumersPerRouter - The number of consumers from which a router has no
 *   capacity.
 */
export function workerForNewMember(
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
  // Of equals the first is taken, which has a router already.
  const [least] = workers.toSorted(
    (one, other) =>
      one.consumers - other.consumers || membersOn(one) - membersOn(other),
  );
  return least;
}

/**
 * The average number of consumers of a member. Many members may be placed at once,
 * as after the death of a worker, before they have the consumers that others have.
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
