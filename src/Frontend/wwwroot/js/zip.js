// Puts files into a zip archive without compressing them: pictures are compressed already. Format: APPNOTE 6.3.10, PKWARE.
const most = 0xffff; // entries; more would need the 64-bit format
const largest = 0xffff_ffff; // bytes, likewise

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

/** @param {File[]} files @returns {Promise<Blob>} Its memory is that of its directory: the pictures stay where they are. */
export async function pack(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [i, file] of files.entries()) {
    const name = new TextEncoder().encode(entryName(file, i));
    const fields = common(await crc(file), file.size, name.length);
    const local = bytes(30, [[0, 0x04034b50]], fields, 4);
    parts.push(local, name, file);
    directory.push(bytes(46, [[0, 0x02014b50], [4, 20, 2], [42, offset]], fields, 6), name);
    offset += local.length + name.length + file.size;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  if (files.length > most || offset + length > largest) throw new RangeError('too large for one archive');
  const end = bytes(22, [[0, 0x06054b50], [8, files.length, 2], [10, files.length, 2], [12, length], [16, offset]]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

// Numbered, since cameras call pictures from different folders alike.
const entryName = (file, i) => `${String(i + 1).padStart(5, '0')}-${file.name.replaceAll(/[/\\]/g, '_')}`;

/** What the local header and the directory say alike: version, names in UTF-8, stored, 1980-01-01, check sum, sizes, name. */
function common(sum, size, nameLength) {
  return [[0, 20, 2], [2, 0x0800, 2], [8, 0x21, 2], [10, sum], [14, size], [18, size], [22, nameLength, 2]];
}

function bytes(length, own, shared = [], at = 0) {
  const view = new DataView(new ArrayBuffer(length));
  const write = ([position, value, width = 4]) =>
    (width === 2 ? view.setUint16(position, value, true) : view.setUint32(position, value, true));
  for (const field of own) write(field);
  for (const [position, value, width] of shared) write([position + at, value, width]);
  return new Uint8Array(view.buffer);
}

async function crc(file) {
  let sum = 0xffff_ffff;
  for (const reader = file.stream().getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return (sum ^ 0xffff_ffff) >>> 0;
    for (let i = 0; i < value.length; i++) sum = table[(sum ^ value[i]) & 255] ^ (sum >>> 8);
  }
}
