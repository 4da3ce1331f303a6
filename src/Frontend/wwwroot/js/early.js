// Runs before the first paint. Chooses light or dark: as this person said here, or else as the system says. Neither flashes up.
(() => {
  'use strict';
  const slot = 'lineup.theme';
  const system = matchMedia('(prefers-color-scheme: dark)');

  const chosen = () => {
    try {
      const kept = localStorage.getItem(slot);
      return kept === 'light' || kept === 'dark' ? kept : 'system';
    } catch {
      return 'system'; // storage is switched off
    }
  };

  const apply = () => {
    const choice = chosen();
    const dark = choice === 'dark' || (choice === 'system' && system.matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  };

  const choose = (choice) => {
    try {
      if (choice === 'system') localStorage.removeItem(slot);
      else localStorage.setItem(slot, choice);
    } catch {
      // Then it holds until the next visit only.
    }
    apply();
    return true;
  };

  system.addEventListener('change', apply);
  addEventListener('storage', apply); // another tab of ours

  // Called by the circuit's first render: from then on the page answers to clicks.
  const interactive = () => {
    document.documentElement.dataset.interactive = '';
    return true;
  };

  // Promises of work that a reload would break off.
  const unfinished = new Set();

  globalThis.lineup = { theme: { chosen, choose }, interactive, unfinished };
  apply();
})();
