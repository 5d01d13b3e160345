import assert from 'node:assert/strict';
import { test } from 'node:test';

import { EventFrames } from '../../server-sdk/src/eventFrames.ts';

const STREAM =
  ': open\n\nid: r-1\nevent: a\ndata: {"x":1}\n\n: \n\nid: r-2\r\ndata:two\r\ndata: lines\r\n\r\n';

test('events are found wherever the text of a stream is cut', () => {
  for (let cut = 0; cut <= STREAM.length; cut += 1) {
    const frames = new EventFrames();
    const found = [STREAM.slice(0, cut), STREAM.slice(cut)].flatMap((piece) =>
      frames.take(piece),
    );
    assert.deepEqual(
      found,
      [
        { id: 'r-1', data: '{"x":1}' },
        { id: 'r-2', data: 'two\nlines' },
      ],
      `cut at ${cut}`,
    );
  }
});
