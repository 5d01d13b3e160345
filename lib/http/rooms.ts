import type { ResourceHandlers } from './serveRoutes.ts';

/** Resources about single rooms. */
export const roomHandlers = {
  room({ registry }, { roomId }) {
    const { codecs, headerExtensions } =
      registry.get(roomId).routers.rtpCapabilities;
    return { status: 200, body: { codecs, headerExtensions } };
  },
} satisfies Partial<ResourceHandlers>;
