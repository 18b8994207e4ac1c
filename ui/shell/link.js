import { withFields } from "../components/player/address.js";

// The link to an address: without its anchor, with the parts that it is to hide and the flags that are on.
// `flags`: pairs of a name and whether it is on.
export function linkOf(address, hidden, flags) {
  const url = new URL(address);
  url.hash = "";
  const on = flags.map(([name, isOn]) => [name, isOn ? "1" : null]);
  return withFields(url, { hide: hidden.join(".") || null, ...Object.fromEntries(on) });
}

export function isSamePage(url, location) {
  return url != null && new URL(url, location.href).pathname === location.pathname;
}
