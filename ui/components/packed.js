import { setText } from "./dom.js";

// What `pack` in bridge.py makes: [40 letters: version][4 bytes: length of the header][header: JSON][PNG]…
export function unpack(bytes) {
  let end = 44 + new DataView(bytes.buffer, bytes.byteOffset + 40, 4).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(44, end)));
  const pictures = header.bytes.map((size) => {
    end += size;
    return new Blob([bytes.slice(end - size, end)], { type: "image/png" });
  });
  return { version: String.fromCharCode(...bytes.subarray(0, 40)), header, pictures };
}

// Has `shown` adopt the header and the pictures, unless it has them; `words` is where it says what went wrong.
export async function adoptPacked(bytes, shown, words) {
  const { version, header, pictures } = unpack(bytes);
  if (version === shown.version) return; // the same pictures again: leave everything as it is
  shown.version = version;
  shown.expect?.(header);
  const bitmaps = await Promise.all(pictures.map((picture) => createImageBitmap(picture))).catch(() => null);
  if (!bitmaps) setText(words, "This browser could not decode the pictures.");
  else if (version === shown.version && shown.root.isConnected) shown.adopt(header, bitmaps);
}
