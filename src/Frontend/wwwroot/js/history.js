// What was classified in this browser: kept here, bounded, and never sent anywhere.
const slot = 'lineup.history';
const shownSlot = 'lineup.shown';
const most = 40;

let records = read(localStorageOrNull(), slot);
addEventListener('storage', (e) => {
  if (e.key === slot || e.key === null) records = read(localStorageOrNull(), slot);
});

/** @returns {Array<{id: string, at: string, name: string, model: string, variant: string|null, answers: any[], skipped: any[], picture: string|null}>} newest first */
export const all = () => records;

export const find = (id) => records.find((record) => record.id === id);

export function add(record) {
  records = [record, ...records.filter((other) => other.id !== record.id)].slice(0, most);
  // Where room is short, the oldest go first.
  while (!write(localStorageOrNull(), slot, records) && records.length > 1) records = records.slice(0, -1);
}

export function clear() {
  records = [];
  write(localStorageOrNull(), slot, records);
}

/** Ids of what is on screen in this tab, so that a reload shows it again. */
export const shown = () => read(sessionStorageOrNull(), shownSlot);

export const setShown = (ids) => write(sessionStorageOrNull(), shownSlot, ids);

function read(storage, key) {
  try {
    const value = JSON.parse(storage?.getItem(key) ?? '[]');
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function write(storage, key, value) {
  try {
    if (value.length === 0) storage?.removeItem(key);
    else storage?.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

// Browsers may refuse the mere mention of a storage that is switched off.
function localStorageOrNull() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function sessionStorageOrNull() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
