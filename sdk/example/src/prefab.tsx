import { createRoot } from 'react-dom/client';
import { VideoContainer } from 'videoconf-sdk/react';

const root = document.getElementById('root') as HTMLElement;
const name = new URLSearchParams(location.search).get('name') ?? 'Ada';

createRoot(root).render(
  <VideoContainer room="garden" displayName={name} microphone camera />,
);
