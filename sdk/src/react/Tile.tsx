import type { CSSProperties, ReactElement, ReactNode } from 'react';

import { hueOf, initialsOf } from '../core/index.ts';
import { Icon } from './icons.tsx';

/** The properties of a tile. */
type TileProps = {
  name: string;
  /** The text at the foot of the tile. */
  caption: string;
  /** Everything about the person for those who do not see the tile. */
  label: string;
  /** The picture, shown over the initials; nothing while there is no picture. */
  children?: ReactNode;
  /** The user's own picture, which is mirrored. */
  isOwn?: boolean;
  isMuted?: boolean;
  isSpeaking?: boolean;
  isScreen?: boolean;
  /** The condition of the connection, where it is not good. */
  trouble?: string | undefined;
};

/** One person, or one screen, in the grid. */
export function Tile({
  name,
  caption,
  label,
  children,
  isOwn = false,
  isMuted = false,
  isSpeaking = false,
  isScreen = false,
  trouble,
}: TileProps): ReactElement {
  return (
    <li
      className="vc-tile"
      aria-label={label}
      data-own={isOwn}
      data-screen={isScreen}
      data-speaking={isSpeaking}
      style={{ '--vc-hue': hueOf(name) } as CSSProperties}
    >
      <span className="vc-initials" aria-hidden="true">
        {initialsOf(name)}
      </span>
      {children}
      <span className="vc-caption" aria-hidden="true">
        {isMuted && <Icon name="microphoneOff" />}
        <bdi>{caption}</bdi>
        {trouble !== undefined && <em>{trouble}</em>}
      </span>
    </li>
  );
}
