// The address with what the fields of its page say (null: not in the address), after a slider was moved; null when the
// address is another page's by now.
export function addressWith(href, { page, fields }) {
  const url = new URL(href);
  if (url.pathname.split("/").pop() !== page) return null;
  for (const [name, text] of Object.entries(fields)) {
    if (text === null) url.searchParams.delete(name);
    else url.searchParams.set(name, text);
  }
  return url.href;
}
