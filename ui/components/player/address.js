// The URL with what its fields say; null: without the field.
export function withFields(url, fields) {
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
