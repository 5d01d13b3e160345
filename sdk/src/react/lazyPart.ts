import type * as ReactPackage from 'react';

import type * as Hooks from './hooks.ts';
import type * as Parts from './index.ts';
import { bind } from './peer.ts';

/**
 * A component of the main entry. It is typed by its properties alone, because an
 * application without React has no types of it.
 */
export type LazyPart<Props> = (props: Props) => null;

type HookName = Extract<keyof typeof Hooks, `use${string}`>;

type PartName = 'Chat' | 'Controls' | 'VideoContainer' | 'VideoGrid';

type Loaded = {
  createElement: typeof ReactPackage.createElement;
  parts: typeof Parts;
};

/** The side of React that every class component gets. */
type Updater = { enqueueForceUpdate: (component: object) => void };

let loading: Promise<void> | undefined;
let loaded: Loaded | undefined;
let failure: Error | undefined;

/**
 * A part that loads its code, and React, when it is mounted, and shows nothing
 * until then. Where it is not used, there is no need of React.
 *
 * It is a class component without the base class, which React does not require:
 * it goes by `isReactComponent`, and sets `updater`.
 */
export function lazyPart<Props>(name: PartName): LazyPart<Props> {
  class Part {
    static readonly displayName: string = name;
    readonly props: Props;
    updater: Updater | undefined;
    #isMounted = false;

    constructor(props: Props) {
      this.props = props;
    }

    get isReactComponent(): object {
      return {};
    }

    componentDidMount(): void {
      this.#isMounted = true;
      if (!loaded) {
        loading ??= load();
        void loading.then(() => {
          if (this.#isMounted) {
            this.updater?.enqueueForceUpdate(this);
          }
        });
      }
    }

    componentWillUnmount(): void {
      this.#isMounted = false;
    }

    render(): unknown {
      if (failure) {
        throw failure;
      }
      return loaded
        ? loaded.createElement(
            loaded.parts[name] as ReactPackage.ComponentType<object>,
            this.props as object,
          )
        : null;
    }
  }
  return Part as unknown as LazyPart<Props>;
}

/**
 * A hook of the main entry. It is called inside a container of that entry, and so the
 * parts are there by then.
 */
export function lazyHook<Name extends HookName>(
  name: Name,
): (typeof Hooks)[Name] {
  const hook = (): unknown => {
    if (!loaded) {
      throw new Error(
        `${name}: expected to be inside a VideoContainer of the same entry, got none around it`,
      );
    }
    return loaded.parts[name]();
  };
  return hook as (typeof Hooks)[Name];
}

/** Loads the parts once React is there. */
async function load(): Promise<void> {
  let react;
  let runtime;
  // Bundlers take a missing package for an error, unless its failure is caught.
  try {
    react = await import('react');
    runtime = await import('react/jsx-runtime');
  } catch (cause) {
    failure = new Error(
      'videoconf-sdk: expected the packages react and react/jsx-runtime to be importable beside it, and at least one was not',
      { cause },
    );
    return;
  }
  const parts = await import('./index.ts');
  bind(react, runtime);
  loaded = { createElement: react.createElement, parts };
}
