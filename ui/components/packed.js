// What a player and a scatter plot are sent: [40 letters: version][4 bytes: length of the header][header: JSON][PNG]…

export function versionOf(bytes) {
  return String.fromCharCode(...bytes.subarray(0, 40));
}

// `sizesOf(header)`: how many bytes each picture has.
export function unpack(bytes, sizesOf) {
  let end = 44 + new DataView(bytes.buffer, bytes.byteOffset + 40, 4).getUint32(0);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(44, end)));
  const pictures = sizesOf(header).map((size) => {
    end += size;
    return new Blob([bytes.slice(end - size, end)], { type: "image/png" });
  });
  return { header, pictures };
}

export function closeAll(bitmaps) {
  for (const bitmap of bitmaps) bitmap.close();
}
