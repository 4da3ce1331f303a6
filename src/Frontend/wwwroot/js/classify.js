// Sends pictures to the API, one after the other so that none disturbs another's time, and tells the component Classify what comes back.
import { listen } from './arrivals.js';
import { send } from './api.js';
import * as history from './history.js';
import * as pictures from './pictures.js';
import { Teller } from './teller.js';

const thumbnailSide = 320;
const tellProgressAbove = 200_000; // bytes; below it sending is over before a bar would be seen
const tellProgressEvery = 100; // ms
const mostTold = 20; // pictures in one message
const longestName = 80;

const shorten = (name) => (name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`);

/** @param component The component, as .NET hands it over. @param {{maxBytes: number, deadlineMs: number}} limits */
export function begin(component, limits) {
  return new Session(component, limits);
}

class Session {
  #teller;
  #limits;
  #target = null;
  #jobs = new Map();
  #queue = [];
  #running = false;
  #stopListening;

  constructor(component, limits) {
    this.#teller = new Teller(component);
    this.#limits = limits;
    this.#stopListening = listen((files) => this.#arrive(files));
  }

  /** @param {{model: string, variant: string|null}|null} target Who shall answer; without a variant all of them, null: nobody yet. */
  aim(target) {
    this.#target = target && { model: target.model, variant: target.variant ?? null };
    document.documentElement.dataset.listening = '';
  }

  /** Sends a picture again that could not be classified. False if this browser no longer has it. */
  again(id) {
    const job = this.#jobs.get(id);
    if (job) {
      this.#teller.say('Queued', id);
      this.#enqueue(job);
    }
    return job !== undefined;
  }

  /** Breaks off what is under way, and forgets the picture. */
  remove(id) {
    const job = this.#jobs.get(id);
    job?.abort.abort();
    this.#queue = this.#queue.filter((other) => other !== job);
    this.#jobs.delete(id);
    pictures.drop(id);
    history.setShown(history.shown().filter((other) => other !== id));
  }

  /** The history without its pictures, newest first. */
  past() {
    return history.all().map(({ id, at, name, model, variant, answers }) => {
      pictures.keepAddress(`past-${id}`, history.find(id).picture ?? '');
      return { id, at, name, model, variant, best: answers[0]?.predictions[0]?.label ?? '' };
    });
  }

  /** One of the history in full; null if it is no longer there. */
  recall(id) {
    const record = history.find(id);
    if (!record) return null;
    if (record.picture) pictures.keepAddress(id, record.picture);
    if (!history.shown().includes(id)) history.setShown([id, ...history.shown()]);
    const { picture, ...rest } = record;
    return rest;
  }

  /** What this tab showed before it was reloaded, newest first. Each is recalled by itself: a message to the circuit must stay small. */
  shown() {
    return history.shown();
  }

  forgetPast() {
    history.clear();
    history.setShown([]);
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }

  end() {
    this.#stopListening();
    delete document.documentElement.dataset.listening;
    this.#teller.close();
    for (const id of [...this.#jobs.keys()]) {
      this.#jobs.get(id).abort.abort();
      pictures.drop(id);
    }
    this.#jobs.clear();
    this.#queue = [];
  }

  #arrive(files) {
    if (this.#target === null) {
      this.#teller.say('NobodyChosen');
      return;
    }
    const jobs = files.map((file) => ({ id: crypto.randomUUID(), file, target: this.#target, abort: new AbortController() }));
    for (const job of jobs) {
      this.#jobs.set(job.id, job);
      pictures.keep(job.id, job.file);
    }
    // The last first, since the component puts what comes before what there is.
    for (let end = jobs.length; end > 0; end -= mostTold) {
      const told = jobs.slice(Math.max(0, end - mostTold), end);
      this.#teller.say('Arrived', told.map(({ id, file, target }) => ({ id, name: shorten(file.name), bytes: file.size, ...target })));
    }
    for (const job of jobs) this.#enqueue(job);
  }

  #enqueue(job) {
    if (job.file.size > this.#limits.maxBytes) {
      this.#teller.say('Failed', job.id, { code: 'upload_too_large' });
      return;
    }
    this.#queue.push(job);
    if (!this.#running) this.#keepForReload(this.#run());
  }

  #keepForReload(work) {
    lineup.unfinished.add(work);
    work.finally(() => lineup.unfinished.delete(work));
  }

  async #run() {
    this.#running = true;
    for (let job; (job = this.#queue.shift());) await this.#classify(job);
    this.#running = false;
  }

  async #classify(job) {
    const { id, file, target } = job;
    const record = { id, at: new Date().toISOString(), name: shorten(file.name), ...target, answers: [], skipped: [] };
    this.#teller.say('Sent', id, 0);
    const { ok, data } = await send({
      path: this.#path(target),
      body: file,
      type: file.type || 'application/octet-stream',
      signal: job.abort.signal,
      onSent: file.size > tellProgressAbove ? this.#progress(id) : null,
      onEvent: target.variant === null ? (name, value) => this.#compared(record, name, value) : null,
    });
    if (job.abort.signal.aborted) return;
    if (ok && target.variant !== null) {
      record.answers.push(data);
      this.#teller.say('Answered', id, data);
    }
    if (ok && record.complete !== false && record.answers.length > 0) {
      this.#teller.say('Finished', id);
      this.#keepForReload(this.#remember(record, file));
    } else {
      this.#teller.say('Failed', id, ok ? { code: 'unreachable' } : data);
    }
  }

  #path({ model, variant }) {
    const base = `/api/models/${encodeURIComponent(model)}`;
    return variant === null
      ? `${base}/compare?load=true&deadlineMs=${this.#limits.deadlineMs}`
      : `${base}/variants/${encodeURIComponent(variant)}/classify?deadlineMs=${this.#limits.deadlineMs}`;
  }

  #compared(record, name, value) {
    if (name === 'variant') {
      record.answers.push(value);
      this.#teller.say('Answered', record.id, value);
    } else if (name === 'skipped') {
      record.skipped.push(value);
      this.#teller.say('Skipped', record.id, value);
    }
    // A stream that ends without its end was broken off.
    record.complete = name === 'end';
  }

  #progress(id) {
    let told = 0;
    return (share) => {
      const now = performance.now();
      if (share < 1 && now - told < tellProgressEvery) return;
      told = now;
      this.#teller.say('Sent', id, share);
    };
  }

  async #remember({ complete, ...record }, file) {
    history.add({ ...record, picture: await pictures.thumbnail(file, thumbnailSide) });
    history.setShown([record.id, ...history.shown()]);
    this.#teller.say('Remembered');
  }
}
