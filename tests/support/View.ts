import assert from 'node:assert/strict';

/** A change in a room as a frame of any contract reports it. */
export type Happening =
  /** The members of the room, with the producers that the frame lists. */
  | { type: 'snapshot'; peers: Map<string, string[]> }
  | { type: 'joined'; peerId: string }
  | { type: 'left'; peerId: string }
  | { type: 'opened'; peerId: string; producerId: string }
  | { type: 'closed'; peerId: string; producerId: string };

/**
 * A room as its events describe it to one member. An event that comes twice,
 * too late or about an absent member is an error.
 */
export class View {
  readonly peers = new Map<string, Set<string>>();

  /** The view of a member that received these events in this order. */
  static after(happenings: Iterable<Happening>): View {
    const view = new View();
    for (const happening of happenings) {
      view.#follow(happening);
    }
    return view;
  }

  #follow(happening: Happening): void {
    if (happening.type === 'snapshot') {
      this.peers.clear();
      for (const [peerId, producerIds] of happening.peers) {
        this.peers.set(peerId, new Set(producerIds));
      }
      return;
    }
    const { type, peerId } = happening;
    const producers = this.peers.get(peerId);
    if (type === 'joined') {
      assert.equal(producers, undefined, `${peerId} joined and was there`);
      this.peers.set(peerId, new Set());
      return;
    }
    assert.ok(producers, `${type}: ${peerId} is not there`);
    switch (type) {
      case 'left':
        assert.equal(producers.size, 0, `${peerId} left and still sends`);
        this.peers.delete(peerId);
        break;
      case 'opened':
        assert.ok(!producers.has(happening.producerId), 'opened twice');
        producers.add(happening.producerId);
        break;
      case 'closed':
        assert.ok(producers.delete(happening.producerId), 'closed twice');
        break;
    }
  }
}
