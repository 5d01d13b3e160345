import type * as ReactPackage from 'react';
import type * as Runtime from 'react/jsx-runtime';

// Parts import React as usual. In the built package these exports take its place:
// the main entry has the parts, too, and must not import a package that the
// application may not have.

export let createContext: typeof ReactPackage.createContext;
export let useCallback: typeof ReactPackage.useCallback;
export let useContext: typeof ReactPackage.useContext;
export let useEffect: typeof ReactPackage.useEffect;
export let useId: typeof ReactPackage.useId;
export let useInsertionEffect: typeof ReactPackage.useInsertionEffect;
export let useLayoutEffect: typeof ReactPackage.useLayoutEffect;
export let useMemo: typeof ReactPackage.useMemo;
export let useRef: typeof ReactPackage.useRef;
export let useState: typeof ReactPackage.useState;
export let useSyncExternalStore: typeof ReactPackage.useSyncExternalStore;
export let Fragment: typeof Runtime.Fragment;
export let jsx: typeof Runtime.jsx;
export let jsxs: typeof Runtime.jsxs;

/** Gives the parts the application's React. Returns what makes them its parts. */
export function bind(
  react: typeof ReactPackage,
  runtime: typeof Runtime,
): <Part>(part: Part) => Part {
  ({
    createContext,
    useCallback,
    useContext,
    useEffect,
    useId,
    useInsertionEffect,
    useLayoutEffect,
    useMemo,
    useRef,
    useState,
    useSyncExternalStore,
  } = react);
  ({ Fragment, jsx, jsxs } = runtime);
  return (part) => part;
}
