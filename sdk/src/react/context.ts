import { createContext, useContext } from 'react';
import type { Context } from 'react';

import type { Visit } from './Visit.ts';

let context: Context<Visit | undefined> | undefined;

/** The visit of the container, made with the first that needs it. */
export function visitContext(): Context<Visit | undefined> {
  context ??= createContext<Visit | undefined>(undefined);
  return context;
}

/** The visit of the container around a part, or undefined outside. */
export function useOptionalVisit(): Visit | undefined {
  return useContext(visitContext());
}

/** @throws {Error} Outside a container. */
export function useVisit(name: string): Visit {
  const visit = useOptionalVisit();
  if (!visit) {
    throw new Error(
      `${name}: expected to be inside a VideoContainer, got no container around it`,
    );
  }
  return visit;
}
