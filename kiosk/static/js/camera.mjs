/** Reads a QR with the tablet's camera, where the browser decodes by itself. */

const LOOK_EVERY_MS = 200;

/** True where this browser can do it: a secure page, a camera, a decoder. */
export async function canScan() {
  if (!globalThis.BarcodeDetector || !navigator.mediaDevices?.getUserMedia) return false;
  return (await BarcodeDetector.getSupportedFormats().catch(() => [])).includes("qr_code");
}

export class Camera {
  #stream = null;

  /** Show the camera in `video` and give the text of each code to `onText`; rejects where there is no camera. */
  async start(video, onText) {
    const stream = (this.#stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } }));
    video.srcObject = stream;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const look = async () => {
      if (this.#stream !== stream || !video.isConnected) {
        this.stop(stream);
        return;
      }
      for (const { rawValue } of await detector.detect(video).catch(() => [])) onText(rawValue);
      setTimeout(look, LOOK_EVERY_MS);
    };
    look();
  }

  stop(stream = this.#stream) {
    stream?.getTracks().forEach((track) => track.stop());
    if (stream === this.#stream) this.#stream = null;
  }
}
