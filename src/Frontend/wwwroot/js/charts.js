// Turns a chart's SVG file into a PNG, sharp enough for print, and saves it.
const scale = 2;

export async function savePng(address, name) {
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();

    const canvas = document.createElement('canvas');
    canvas.width = picture.naturalWidth * scale;
    canvas.height = picture.naturalHeight * scale;
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    const content = await new Promise((done) => canvas.toBlob(done, 'image/png'));

    const link = document.createElement('a');
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    // The download has begun by then; only afterwards may the picture go.
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    return true;
  } catch {
    return false; // the page says so
  }
}
