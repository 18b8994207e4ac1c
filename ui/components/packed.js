// What `pack` in bridge.py makes: [40 letters: version][4 bytes: length of the header][header: JSON][PNG]…

export function versionOf(bytes) {
  return String.fromCharCode(...bytes.subarray(0, 40));
}

export function unpack(bytes) {
  let end = 44 + new DataView(bytes.buffer, bytes.byteOffset + 40, 4).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(44, end)));
  const pictures = header.bytes.map((size) => {
    end += size;
    return new Blob([bytes.slice(end - size, end)], { type: "image/png" });
  });
  return { header, pictures };
}

export function closeAll(bitmaps) {
  for (const bitmap of bitmaps) bitmap.close();
}
