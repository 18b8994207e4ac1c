// The link to an address: without its anchor, with the parts that it is to hide and the flags that are on.
// `flags`: pairs of a name and whether it is on.
export function linkOf(address, hidden, flags) {
  const url = new URL(address);
  url.hash = "";
  url.searchParams.delete("hide");
  if (hidden.length) url.searchParams.set("hide", hidden.join("."));
  for (const [name, on] of flags) {
    url.searchParams.delete(name);
    if (on) url.searchParams.set(name, "1");
  }
  return url.toString();
}

export function isSamePage(url, location) {
  return url != null && new URL(url, location.href).pathname === location.pathname;
}
