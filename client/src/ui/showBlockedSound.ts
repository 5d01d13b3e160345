import { text } from '../texts/texts.ts';
import type { Grid } from './Grid.ts';
import type { Notices } from './Notices.ts';
import type { Stage } from './Stage.ts';

/** Offers to play the sound of all people, which the browser has blocked. */
export function showBlockedSound(
  notices: Notices,
  grid: Grid,
  stage: Stage,
): void {
  notices.show('sound', {
    text: () => text('room.soundBlocked'),
    tone: 'warn',
    action: {
      label: () => text('room.soundOn'),
      run: () => {
        notices.clear('sound');
        grid.playSound();
        stage.playSound();
      },
    },
  });
}
