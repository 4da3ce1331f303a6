// Pictures of this visit: previews as they are, and thumbnails for the history. None of them is sent to the page's circuit.
const addresses = new Map();
const changed = new EventTarget();

export function keep(id, file) {
  addresses.set(id, URL.createObjectURL(file));
}

/** @param {string} address A data: address. */
export function keepAddress(id, address) {
  if (addresses.has(id)) return;
  addresses.set(id, address);
  changed.dispatchEvent(new Event('change'));
}

export function drop(id) {
  const address = addresses.get(id);
  addresses.delete(id);
  if (address?.startsWith('blob:')) URL.revokeObjectURL(address);
}

/** A small JPEG of a picture as a data: address; null where the browser cannot read the picture. */
export async function thumbnail(file, side) {
  try {
    const whole = await createImageBitmap(file);
    const scale = Math.min(1, side / Math.max(whole.width, whole.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(whole.width * scale));
    canvas.height = Math.max(1, Math.round(whole.height * scale));
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    return canvas.toDataURL('image/jpeg', 0.72);
  } catch {
    return null;
  }
}

/** <local-picture picture="id" alt="…">: shows a picture that only this browser has. */
class LocalPicture extends HTMLElement {
  static observedAttributes = ['picture'];
  #show = () => this.#refresh();

  connectedCallback() {
    changed.addEventListener('change', this.#show);
    this.#refresh();
  }

  disconnectedCallback() {
    changed.removeEventListener('change', this.#show);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#refresh();
  }

  #refresh() {
    const address = addresses.get(this.getAttribute('picture'));
    let image = this.querySelector('img');
    if (!address) {
      image?.remove();
      return;
    }
    if (!image) {
      image = document.createElement('img');
      image.decoding = 'async';
      image.onerror = () => image.remove(); // the server may read what this browser cannot
      this.append(image);
    }
    image.alt = this.getAttribute('alt') ?? '';
    if (image.src !== address) image.src = address;
  }
}

if (!customElements.get('local-picture')) customElements.define('local-picture', LocalPicture);
