import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
// The reader's own file, served by the gateway: by itself the library would fetch it from elsewhere.
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: () => wasmUrl } });

/** Returns the text of the QR or Data Matrix code in a photo or a frame of the camera; null = there is none. */
export async function readPicture(picture: Blob | ImageData): Promise<string | null> {
  const found = await readBarcodes(picture, {
    formats: ["QRCode", "DataMatrix"],
    tryHarder: true,
    maxNumberOfSymbols: 1,
  });
  return found[0]?.text ?? null;
}
