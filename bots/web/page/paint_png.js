// A mask as a file, written by hand: a canvas of 12 megapixels is more than some phones give.

/** Bits as a file (see `Bits`): a PNG of one bit a pixel whose ones are transparent, which is what shall change. */
export async function toPng({ width, height, stride, bytes }) {
  const rows = new Uint8Array((stride + 1) * height); // each begins with how it is filtered: not at all
  for (let row = 0; row < height; row += 1) rows.set(bytes.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());
  const head = new Uint8Array(13);
  new DataView(head.buffer).setUint32(0, width);
  new DataView(head.buffer).setUint32(4, height);
  head[8] = 1; // bits a pixel; shades of grey, nothing special
  const sign = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);
  const parts = [sign, chunk("IHDR", head), chunk("tRNS", new Uint8Array([0, 1])), chunk("IDAT", data), chunk("IEND", new Uint8Array())];
  return new Blob(parts, { type: "image/png" });
}

function chunk(name, data) {
  const whole = new Uint8Array(data.length + 12);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  whole.set([...name].map((letter) => letter.charCodeAt(0)), 4);
  whole.set(data, 8);
  view.setUint32(data.length + 8, checksum(whole.subarray(4, data.length + 8)));
  return whole;
}

/** CRC-32, as PNG wants it. */
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
