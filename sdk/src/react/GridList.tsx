import type { CSSProperties, ReactElement, ReactNode } from 'react';

import { classes } from './classes.ts';
import { useStyles } from './useStyles.ts';

/** The list that arranges tiles: as many columns as rows, or fewer in a tall one. */
export function GridList({
  tiles,
  className,
}: {
  tiles: readonly ReactNode[];
  className: string | undefined;
}): ReactElement {
  useStyles();
  const columns = Math.max(1, Math.ceil(Math.sqrt(tiles.length)));
  const columnsIfTall = Math.max(1, Math.floor(Math.sqrt(tiles.length / 2)));
  return (
    <div className={classes('vc-grid', className)}>
      <ul
        role="list"
        aria-label="People in the meeting"
        style={
          {
            '--vc-columns': columns,
            '--vc-columns-if-tall': columnsIfTall,
          } as CSSProperties
        }
      >
        {tiles}
      </ul>
    </div>
  );
}
