// Makes a picture of text small: a PNG in true colour becomes one with a palette, shades that differ by
// less than a sixteenth becoming one, so that letters keep their edges and a screen takes some 20 kB.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE: Buffer = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS_MAX = 256;

/** The same picture with a palette. Expects 8 bits a channel, not interlaced, as a browser draws it. */
export function smallPng(picture: Buffer): Buffer {
  const { width, height, channels, rows } = pixelsOf(picture);
  for (const bits of [4, 3, 2]) {
    // By rounded colour: its place in the palette, where the first colour of its kind stands as it is.
    const palette = new Map<number, number>();
    const colours: number[] = [];
    const indexed = Buffer.alloc((width + 1) * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const at = (y * width + x) * channels;
        const [red = 0, green = 0, blue = 0] = rows.subarray(at, at + 3);
        const kind = ((red >> (8 - bits)) << 16) | ((green >> (8 - bits)) << 8) | (blue >> (8 - bits));
        const index = palette.get(kind) ?? palette.size;
        if (index === palette.size) colours.push(red, green, blue);
        palette.set(kind, index);
        indexed[y * (width + 1) + 1 + x] = index;
      }
    }
    if (palette.size > COLOURS_MAX) continue;
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 3, 0, 0, 0], 8);
    return Buffer.concat([
      SIGNATURE,
      chunk('IHDR', header),
      chunk('PLTE', Buffer.from(colours)),
      chunk('IDAT', deflateSync(indexed, { level: 9 })),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
  return picture;
}

type Pixels = {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly rows: Buffer;
};

function pixelsOf(picture: Buffer): Pixels {
  const width = picture.readUInt32BE(16);
  const height = picture.readUInt32BE(20);
  const channels = picture[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < picture.length;) {
    const length = picture.readUInt32BE(at);
    if (picture.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(picture.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const filtered = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const kind = filtered[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const raw = filtered[y * (stride + 1) + 1 + x] ?? 0;
      const left = x >= channels ? (rows[y * stride + x - channels] ?? 0) : 0;
      const above = y > 0 ? (rows[(y - 1) * stride + x] ?? 0) : 0;
      const corner = x >= channels && y > 0 ? (rows[(y - 1) * stride + x - channels] ?? 0) : 0;
      rows[y * stride + x] = (raw + predicted(kind, left, above, corner)) & 255;
    }
  }
  return { width, height, channels, rows };
}

/** The filters of PNG (W3C PNG, section 9). */
function predicted(kind: number, left: number, above: number, corner: number): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const estimate = left + above - corner;
      const [byLeft, byAbove, byCorner] = [left, above, corner].map((value) => Math.abs(estimate - value));
      if ((byLeft ?? 0) <= (byAbove ?? 0) && (byLeft ?? 0) <= (byCorner ?? 0)) return left;
      return (byAbove ?? 0) <= (byCorner ?? 0) ? above : corner;
    }
    default:
      return 0;
  }
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
