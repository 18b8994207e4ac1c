import { sendLetter, withdrawLetter } from "./post.js";

// Invisible: hands a small letter from Python to the player or chart that has its key.
export default function ({ data }) {
  sendLetter(data);
  return () => withdrawLetter(data);
}
