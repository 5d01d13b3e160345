import type { NodeReport } from './NodeReport.ts';

/** The part of another node's load at which that node counts as less loaded. */
const LESS_LOADED = 0.75;

type Placed = Pick<NodeReport, 'takesRooms' | 'load' | 'region'>;

/** The nodes among which one is chosen. */
interface Choice<Node> {
  /** True if this node is one of them. */
  readonly isOwn: boolean;
  readonly others: readonly Node[];
}

/**
 * Chooses the home of a new room: this node, unless it is busy and another one is at
 * least a quarter less loaded. A node without any load is not busy. Nodes of the region
 * that is wanted come first, and then those of the region of this node.
 *
 * @param own - The report of this node.
 * @param busyLoad - The load below which this node keeps the room.
 * @param region - The region that the client is in, if it is known.
 * @param random - A number from 0 up to, and without, 1.
 * @returns Undefined for this node.
 */
export function chooseHome<Node extends { readonly report: Placed }>(
  own: Placed,
  others: readonly Node[],
  busyLoad: number,
  region: string | undefined,
  random: () => number = Math.random,
): Node | undefined {
  const { isOwn, others: near } = choiceFor(own, others, region);
  if (!isOwn) {
    return lessLoaded(near, random);
  }
  return own.load < busyLoad || own.load === 0
    ? undefined
    : lessLoaded(
        near.filter(({ report }) => report.load <= own.load * LESS_LOADED),
        random,
      );
}

/** The nodes that take rooms, of the best region that has one. */
function choiceFor<Node extends { readonly report: Placed }>(
  own: Placed,
  others: readonly Node[],
  region: string | undefined,
): Choice<Node> {
  const open = others.filter(({ report }) => report.takesRooms);
  for (const wanted of [region, own.region]) {
    const isOwn = own.takesRooms && own.region === wanted;
    const near = open.filter(({ report }) => report.region === wanted);
    if (wanted !== undefined && (isOwn || near.length > 0)) {
      return { isOwn, others: near };
    }
  }
  return { isOwn: own.takesRooms, others: open };
}

/**
 * The less loaded one of two nodes that are picked at random: reports are a moment old,
 * and all rooms of that moment would go to the one that was the least loaded of all.
 */
function lessLoaded<Node extends { readonly report: Placed }>(
  nodes: readonly Node[],
  random: () => number,
): Node | undefined {
  const rest = nodes.slice();
  const picked = [1, 2].flatMap(() =>
    rest.splice(Math.floor(random() * rest.length), 1),
  );
  const [least] = picked.toSorted(
    (one, other) => one.report.load - other.report.load,
  );
  return least;
}
