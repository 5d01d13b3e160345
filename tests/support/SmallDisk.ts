import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The size of the disk, and of what fills it up bit by bit. */
const SIZE = '1m';
const CHUNKS = [Buffer.alloc(64 * 1_024), Buffer.alloc(1_024), Buffer.alloc(1)];

/** A file system of 1 MiB in memory, which can be filled up. */
export class SmallDisk implements Disposable {
  readonly path: string;
  readonly #filler: string;

  private constructor(folder: string) {
    this.path = folder;
    this.#filler = path.join(folder, 'filler');
  }

  /** Mounts a disk, which takes root. @returns Undefined where it cannot. */
  static mount(): SmallDisk | undefined {
    const folder = mkdtempSync(path.join(tmpdir(), 'atrium-disk-'));
    try {
      execFileSync(
        'mount',
        ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder],
        { stdio: 'ignore' },
      );
    } catch {
      rmdirSync(folder);
      return undefined;
    }
    return new SmallDisk(folder);
  }

  /** Leaves no space. */
  fill(): void {
    writeFileSync(this.#filler, '');
    for (const chunk of CHUNKS) {
      this.#append(chunk);
    }
  }

  /** Gives the space back that {@link fill} took. */
  clear(): void {
    rmSync(this.#filler);
  }

  [Symbol.dispose](): void {
    execFileSync('umount', [this.path]);
    rmdirSync(this.path);
  }

  #append(chunk: Buffer): void {
    try {
      for (;;) {
        appendFileSync(this.#filler, chunk);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
        throw error;
      }
    }
  }
}
