import { closeBox, openBox } from "./post.js";

// Invisible: has the whole page be run anew for components within fragments, which a server that was started anew does not
// know. It is asked by a letter to "page".
export default function ({ setTriggerValue }) {
  let heard = null;
  const reader = {
    read(letters) {
      const asked = letters.get("renew");
      if (!asked || asked === heard) return;
      heard = asked;
      letters.delete("renew");
      setTriggerValue("renewed", true);
    },
  };
  openBox("page", reader);
  return () => closeBox("page", reader);
}
