// Calls the REST API for the page Models: with the key that is kept here, and with files that are chosen here. Nothing here throws.
import { headers } from './key.js';
import { pack } from './zip.js';

const kept = new Map(); // uploads of this visit by name, for those who want to try again
let sending = 0;

addEventListener('beforeunload', (e) => {
  if (sending > 0) e.preventDefault(); // a reload would break off the upload
});

/** @param component Whom answers are told, as .NET hands it over. */
export const begin = (component) => new Session(component);

class Session {
  #component;
  #untold = [];
  #listening = new AbortController();

  constructor(component) {
    this.#component = component;
    document.getElementById('components-reconnect-modal').addEventListener('components-reconnect-state-changed', ({ detail: { state } }) => {
      if (state === 'hide') for (const answer of this.#untold) this.#tell(answer);
    }, { signal: this.#listening.signal });
  }

  call(id, method, path) {
    this.#answer(id, send(method, path));
    return true;
  }

  postFiles(id, path, field, keep) {
    const files = [...(document.getElementById(field)?.files ?? [])];
    this.#answer(id, (async () => {
      let body;
      try {
        body = isArchive(files) ? files[0] : await pack(files);
      } catch {
        return problem('unreadable_files'); // moved, or changed since they were chosen
      }
      kept.set(keep, body);
      return await upload(path, body);
    })());
    return true;
  }

  postAgain(id, path, keep) {
    this.#answer(id, kept.has(keep) ? upload(path, kept.get(keep)) : Promise.resolve(problem('unreadable_files')));
    return true;
  }

  hasKept(keep) {
    return kept.has(keep);
  }

  chosen(field) {
    const files = [...(document.getElementById(field)?.files ?? [])];
    if (files.length === 0) return null;
    const archive = isArchive(files);
    const isMixed = !archive && files.some(isZip);
    return {
      count: files.length,
      bytes: files.reduce((sum, file) => sum + file.size, 0),
      name: isMixed ? null : archive ? files[0].name : 'pictures.zip',
      isArchive: archive,
      isMixed,
    };
  }

  end() {
    this.#listening.abort();
    this.#untold = [];
  }

  async #answer(id, call) {
    const answer = [id, await call];
    this.#untold.push(answer);
    this.#tell(answer);
  }

  // What the circuit did not confirm is told again once the connection is back.
  #tell(answer) {
    this.#component.invokeMethodAsync('Answered', ...answer).then(() => {
      this.#untold = this.#untold.filter((other) => other !== answer);
    }, () => {});
  }
}

const isZip = (file) => /\.zip$/i.test(file.name) || /zip/.test(file.type);
const isArchive = (files) => files.length === 1 && isZip(files[0]);
const problem = (code) => ({ status: 0, data: { code } });

async function upload(path, body) {
  sending++;
  try {
    return await send('POST', path, body);
  } finally {
    sending--;
  }
}

async function send(method, path, body = null) {
  try {
    const type = body ? { 'Content-Type': 'application/zip' } : {};
    const response = await fetch(path, { method, body, headers: { ...headers(), ...type } });
    if ((response.headers.get('Content-Type') ?? '').startsWith('text/event-stream')) {
      response.body.cancel(); // the page watches by other means
      return { status: response.status, data: null };
    }
    const text = await response.text();
    return { status: response.status, data: text ? JSON.parse(text) : null };
  } catch {
    return problem('unreachable');
  }
}
