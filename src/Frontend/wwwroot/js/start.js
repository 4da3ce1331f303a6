// Starts Blazor, and keeps the page connected for as long as it is open.
const banner = document.getElementById('components-reconnect-modal');

// Quick at first, then every few seconds, without an end: a server that comes back is found again by itself.
const waits = [0, 500, 1000, 2000, 3000];
const between = (attempt) => waits[Math.min(attempt, waits.length - 1)];

banner.addEventListener('components-reconnect-state-changed', async ({ detail: { state } }) => {
  banner.dataset.state = state;
  if (state !== 'rejected' && state !== 'resume-failed') return;
  // The server is there but knows this circuit no longer. The address says what was chosen, and the browser keeps what was answered.
  await Promise.allSettled(lineup.unfinished);
  location.reload();
});

await Blazor.start({
  circuit: { reconnectionOptions: { maxRetries: Number.MAX_SAFE_INTEGER, retryIntervalMilliseconds: between } },
});
