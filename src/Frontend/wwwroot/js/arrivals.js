// The ways in which pictures come: chosen, taken, dropped anywhere on the page, pasted.
const root = document.documentElement;

/** @param {(files: File[]) => void} onFiles */
export function listen(onFiles) {
  const listening = new AbortController();
  const { signal } = listening;
  let inside = 0;

  const carriesFiles = (e) => e.dataTransfer?.types.includes('Files');
  const give = (list) => {
    const files = [...(list ?? [])];
    if (files.length > 0) onFiles(files);
  };

  document.addEventListener('change', (e) => {
    if (!e.target.matches?.('input[data-pictures]')) return;
    give(e.target.files);
    e.target.value = ''; // so that the same picture can be chosen again
  }, { signal });

  document.addEventListener('paste', (e) => {
    if (e.target.closest?.('input, textarea, [contenteditable]')) return;
    give(e.clipboardData?.files);
  }, { signal });

  addEventListener('dragenter', (e) => {
    if (carriesFiles(e)) ++inside;
    root.toggleAttribute('data-dragging', inside > 0);
  }, { signal });
  addEventListener('dragleave', (e) => {
    if (carriesFiles(e)) inside = Math.max(0, inside - 1);
    root.toggleAttribute('data-dragging', inside > 0);
  }, { signal });
  addEventListener('dragover', (e) => {
    if (carriesFiles(e)) e.preventDefault();
  }, { signal });
  addEventListener('drop', (e) => {
    inside = 0;
    root.removeAttribute('data-dragging');
    if (!carriesFiles(e)) return;
    e.preventDefault(); // or the browser would leave the page to show the file
    give(e.dataTransfer.files);
  }, { signal });

  return () => {
    root.removeAttribute('data-dragging');
    listening.abort();
  };
}
