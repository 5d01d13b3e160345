import React, { useEffect, useState } from 'react';
import { VideoconfSDK, VideoContainer, VideoGrid } from 'videoconf-sdk';

function VideoCall() {
  const [sdk, setSdk] = useState(null);
  const [localStream, setLocalStream] = useState(null);
  const [remoteStreams, setRemoteStreams] = useState(new Map());

  useEffect(() => {
    const videoconf = new VideoconfSDK('api-key', 'project-id');

    videoconf.on('stream-added', (stream, peerId) => {
      if (peerId === 'local') {
        setLocalStream(stream);
      } else {
        setRemoteStreams((prev) => new Map(prev).set(peerId, stream));
      }
    });

    setSdk(videoconf);
  }, []);

  return (
    <div>
      <VideoGrid streams={remoteStreams} localStream={localStream} />
    </div>
  );
}
