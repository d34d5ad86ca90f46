/** A picture of few colours, packed as small as that can be: PNG with a palette. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Bytes a pixel. */
  readonly size: number;
  readonly rows: readonly Buffer[];
}

function chunksOf(png: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = SIGNATURE.length; at < png.length;) {
    const [length, type] = [png.readUInt32BE(at), png.toString('latin1', at + 4, at + 8)];
    const data = png.subarray(at + 8, at + 8 + length);
    found.set(type, Buffer.concat([found.get(type) ?? Buffer.alloc(0), data]));
    at += length + 12;
  }
  return found;
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/** Takes the filter of each row back. */
function pixelsOf(png: Buffer): Pixels {
  const chunks = chunksOf(png);
  const head = chunks.get('IHDR')!;
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const size = head[9] === 6 ? 4 : 3;
  const raw = inflateSync(chunks.get('IDAT')!);
  const rows: Buffer[] = [];
  let before = Buffer.alloc(width * size);
  for (let y = 0; y < height; y++) {
    const at = y * (width * size + 1);
    const row = Buffer.from(raw.subarray(at + 1, at + 1 + width * size));
    for (let i = 0; i < row.length; i++) {
      const [a, b, c] = [row[i - size] ?? 0, before[i]!, before[i - size] ?? 0];
      row[i]! += [0, a, b, (a + b) >> 1, paeth(a, b, c)][raw[at]!]!;
    }
    rows.push(row);
    before = row;
  }
  return { width, height, size, rows };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** The most frequent colours; every other one becomes the nearest of them. */
function paletteOf(colours: readonly number[]): { palette: number[]; index: Map<number, number> } {
  const times = new Map<number, number>();
  for (const one of colours) times.set(one, (times.get(one) ?? 0) + 1);
  const sorted = [...times].toSorted((x, y) => y[1] - x[1] || x[0] - y[0]).map(([one]) => one);
  const palette = sorted.slice(0, 256);
  const apart = (x: number, y: number) =>
    [0, 8, 16].reduce((sum, by) => sum + (((x >> by) & 255) - ((y >> by) & 255)) ** 2, 0);
  const nearest = (one: number) =>
    palette.reduce(
      (best, other, i) => (apart(one, other) < apart(one, palette[best]!) ? i : best),
      0,
    );
  return { palette, index: new Map(sorted.map((one, i) => [one, i < 256 ? i : nearest(one)])) };
}

/** The same picture, with 256 colours at most. */
export function packed(png: Buffer): Buffer {
  const { width, height, size, rows } = pixelsOf(png);
  const colours = rows.flatMap((row) =>
    Array.from({ length: width }, (_, x) => row.readUIntBE(x * size, 3)),
  );
  const { palette, index } = paletteOf(colours);
  const data = Buffer.alloc((width + 1) * height);
  colours.forEach((one, i) => {
    data[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = index.get(one)!;
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const entries = Buffer.from(palette.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', entries),
    chunk('IDAT', deflateSync(data, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
