import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './App.tsx';
import type { Key } from './App.tsx';

/** The key of the project, which the server of this page tells. */
const response = await fetch('/key.json');
const key = (await response.json()) as Key;

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App projectKey={key} />
  </StrictMode>,
);
