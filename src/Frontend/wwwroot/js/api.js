// Calls of the REST API, as any other program makes them. Nothing here throws: what goes wrong is a problem with a code, as the API
// itself answers, and "unreachable" where it could not be reached.
import { headers } from './key.js';

/**
 * @param {{method?: string, path: string, body?: XMLHttpRequestBodyInit, type?: string,
 *   onSent?: (share: number) => void, onEvent?: (name: string, data: any) => void, signal?: AbortSignal}} call
 *   onSent: how much of the body has been sent, 0 to 1. onEvent: asks for server-sent events, and gets each as it comes.
 * @returns {Promise<{ok: boolean, status: number, data: any}>} data is the JSON of the answer, or of the problem.
 */
export function send({ method = 'POST', path, body = null, type = null, onSent = null, onEvent = null, signal = null }) {
  return new Promise((resolve) => {
    // Not fetch, which does not tell how much of a body has been sent.
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.setRequestHeader('Accept', onEvent ? 'text/event-stream, application/json' : 'application/json');
    if (type) request.setRequestHeader('Content-Type', type);
    for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);

    const isStream = () => (request.getResponseHeader('Content-Type') ?? '').startsWith('text/event-stream');
    const events = onEvent && new EventText(onEvent);
    const unreachable = () => resolve({ ok: false, status: 0, data: { code: 'unreachable' } });

    if (onSent) request.upload.onprogress = (e) => onSent(e.lengthComputable ? e.loaded / e.total : 0);
    if (onSent) request.upload.onload = () => onSent(1);
    if (events) request.onprogress = () => isStream() && events.read(request.responseText);
    request.onerror = unreachable;
    request.onabort = () => resolve({ ok: false, status: 0, data: { code: 'cancelled' } });
    request.onload = () => {
      const ok = request.status >= 200 && request.status < 300;
      if (isStream()) {
        events?.read(request.responseText);
        resolve({ ok, status: request.status, data: null });
      } else {
        resolve({ ok, status: request.status, data: parse(request.responseText) ?? (ok ? null : { code: 'unreadable', status: request.status }) });
      }
    };
    signal?.addEventListener('abort', () => request.abort());
    request.send(body);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Takes apart a text/event-stream that grows. */
class EventText {
  #onEvent;
  #read = 0;

  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  /** @param {string} text All there is so far. */
  read(text) {
    for (let end; (end = text.indexOf('\n\n', this.#read)) >= 0; this.#read = end + 2) {
      let name = 'message';
      const data = [];
      for (const line of text.slice(this.#read, end).split('\n')) {
        if (line.startsWith('event:')) name = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
      }
      if (data.length > 0) this.#onEvent(name, parse(data.join('\n')));
    }
  }
}
