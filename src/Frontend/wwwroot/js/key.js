// The API key of the person at this browser. It is kept here and sent to the REST API, nowhere else.
const slot = 'lineup.key';
const shortest = 16;
let unstored = null; // where storage is switched off, the key lives as long as the page

const read = () => {
  try {
    return localStorage.getItem(slot) ?? unstored;
  } catch {
    return unstored;
  }
};

export const has = () => read() !== null;

export function keepFrom(fieldId) {
  const key = document.getElementById(fieldId).value.trim();
  if (key.length < shortest) return false;
  unstored = key;
  try {
    localStorage.setItem(slot, key);
  } catch {
    // It stays in memory.
  }
  return true;
}

export function forget() {
  unstored = null;
  try {
    localStorage.removeItem(slot);
  } catch {
    // There was nothing stored.
  }
  return true;
}

/** The headers that a call of the REST API carries. */
export function headers() {
  const key = read();
  return key === null ? {} : { 'X-Api-Key': key };
}
