import { writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { encode, renderSVG } from "uqr";

const width = 640;
const height = 480;

/**
 * Writes a film that shows a QR code before a grey wall, as Chromium's simulated camera takes it: YUV4MPEG2, one frame
 * of 640 by 480, luminance at full resolution and both colours at half.
 */
export function writeCameraFilm(file: string, text: string): void {
  const { data, size } = encode(text, { border: 4 });
  const pixelsPerModule = Math.floor((height - 40) / size);
  const left = Math.floor((width - size * pixelsPerModule) / 2);
  const top = Math.floor((height - size * pixelsPerModule) / 2);
  const luminance = Buffer.alloc(width * height, 0xb0);
  for (const [row, modules] of data.entries()) {
    for (const [column, isDark] of modules.entries()) {
      for (let y = 0; y < pixelsPerModule; y += 1) {
        const at = (top + row * pixelsPerModule + y) * width + left + column * pixelsPerModule;
        luminance.fill(isDark ? 0x20 : 0xeb, at, at + pixelsPerModule);
      }
    }
  }
  const colours = Buffer.alloc((width * height) / 2, 0x80);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luminance, colours]);
  writeFileSync(file, Buffer.concat([header, frame, frame, frame]));
}

/** Returns a photo (JPEG) of a QR code on a label that hangs a little askew, as a phone takes it. */
export async function labelPhoto(browser: Browser, text: string): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1200 } });
  const label = `<body style="margin:0;background:#8a7f72"><div style="position:absolute;left:520px;top:320px;width:460px;
    padding:40px;background:#f4f1ea;transform:rotate(7deg) skewX(4deg);filter:blur(0.8px)">${renderSVG(text, { border: 2 })}
    <p style="font:24px sans-serif">Smart lock · install code</p></div></body>`;
  await page.setContent(label);
  const photo = await page.screenshot({ type: "jpeg", quality: 70 });
  await page.close();
  return photo;
}
