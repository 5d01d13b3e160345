import type { Engine } from './Media.ts';

/** The ways to make the media of a load. */
export const ENGINES = ['replay', 'real'] as const;

export type EngineName = (typeof ENGINES)[number];

/** Loads an engine; only the one that is used has to work on this host. */
export async function loadEngine(name: EngineName): Promise<Engine> {
  switch (name) {
    case 'replay': {
      const { ReplayMedia } = await import('./replay/ReplayMedia.ts');
      return (signals) => Promise.resolve(new ReplayMedia(signals));
    }
    case 'real': {
      const { RealMedia } = await import('./real/RealMedia.ts');
      return (signals, routerRtpCapabilities) =>
        RealMedia.create(signals, routerRtpCapabilities);
    }
  }
}
