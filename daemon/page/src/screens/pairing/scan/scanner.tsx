import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { texts } from "../texts.ts";
import { readPicture } from "./qr-reader.ts";

export interface ScannerProps {
  found(text: string): void;
  stop(): void;
}

/** Pause between two looks, ms: a phone reads a frame in about 50 ms, and its battery should last. */
const lookEveryMs = 150;
/** Frames are read at this width at most: enough for a code that fills a quarter of the picture. */
const maxWidth = 1_280;

/** The camera's picture, until it shows a code. */
export function Scanner({ found, stop }: ScannerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const isRefused = useSignal(false);
  const { pairing } = texts.value;
  useEffect(() => {
    const ended = new AbortController();
    watchCamera(video.current, ended.signal).then(
      (text) => {
        if (text !== null) found(text);
      },
      () => {
        isRefused.value = true;
      },
    );
    return () => ended.abort();
  }, []);
  return (
    <div class="scanner">
      <p role="status">{isRefused.value ? pairing.cameraRefused : pairing.aim}</p>
      {!isRefused.value && <video ref={video} muted playsInline aria-label={pairing.aim} />}
      <button type="button" class="button" onClick={stop}>
        {pairing.stop}
      </button>
    </div>
  );
}

/** @returns the text of the first code that the camera sees; null when it was ended before @throws when there is no camera */
async function watchCamera(
  video: HTMLVideoElement | null,
  ended: AbortSignal,
): Promise<string | null> {
  if (video === null) return null;
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment", width: { ideal: maxWidth } },
  });
  try {
    video.srcObject = stream;
    await video.play();
    while (!ended.aborted) {
      const frame = frameOf(video);
      const text = frame === null ? null : await readPicture(frame);
      if (text !== null && !ended.aborted) return text;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

function frameOf(video: HTMLVideoElement): ImageData | null {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return null;
  const scale = Math.min(1, maxWidth / videoWidth);
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return null;
  context.drawImage(video, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
