// Tells a component of the circuit what happens in the browser, through a lost connection too: what was not confirmed is told again once
// it is back. What is told must therefore bear being told twice.
const banner = document.getElementById('components-reconnect-modal');

export class Teller {
  #component;
  #unconfirmed = [];
  #connected = true;
  #listening = new AbortController();

  constructor(component) {
    this.#component = component;
    banner.addEventListener('components-reconnect-state-changed', ({ detail: { state } }) => {
      if (state === 'show') this.#connected = false;
      if (state !== 'hide') return;
      this.#connected = true;
      for (const message of this.#unconfirmed) this.#tell(message);
    }, { signal: this.#listening.signal });
  }

  say(method, ...values) {
    const message = { method, values };
    this.#unconfirmed.push(message);
    if (this.#connected) this.#tell(message);
  }

  close() {
    this.#listening.abort();
    this.#unconfirmed = [];
  }

  #tell(message) {
    const done = () => {
      const at = this.#unconfirmed.indexOf(message);
      if (at >= 0) this.#unconfirmed.splice(at, 1);
    };
    // Without a connection it stays in the list, and is told again.
    this.#component.invokeMethodAsync(message.method, ...message.values).then(done, () => this.#connected && done());
  }
}
