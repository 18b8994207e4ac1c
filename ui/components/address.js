// The URL with what its fields say; null: without the field.
function withFields(url, fields) {
  for (const [name, text] of Object.entries(fields)) {
    if (text === null) url.searchParams.delete(name);
    else url.searchParams.set(name, text);
  }
  return url.href;
}

// The address with the fields of its page after a slider was moved; null when it is another page's by now.
export function addressWith(href, { page, fields }) {
  const url = new URL(href);
  return url.pathname.split("/").pop() === page ? withFields(url, fields) : null;
}

// The link to an address: without its anchor, with the parts that it is to hide, and whether as a slide.
export function linkOf(address, hidden, presenting) {
  const url = new URL(address);
  url.hash = "";
  return withFields(url, { hide: hidden.join(".") || null, present: presenting ? "1" : null });
}

// The same address by the name that other computers know this one by; null where that is not known, and "localhost" is
// all that the address says.
export function reachable(address, room) {
  const url = new URL(address);
  if (!["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)) return url.href;
  url.host = room;
  return room && url.href;
}

export function isSamePage(url, location) {
  return url != null && new URL(url, location.href).pathname === location.pathname;
}
