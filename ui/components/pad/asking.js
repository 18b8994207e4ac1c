// Asks for answers, one at a time: the newest drawing wins, and none is answered late.

const FIRST_WAIT = 250; // ms after a refusal or a broken connection; twice as long after each further one
const LONGEST_WAIT = 4000; // ms

export class Asking {
  // `fetchAnswer(token, drawing, signal)` → an answer, or a refusal { error } with `again` where it is worth another try;
  // `show(token, answer)` and `complain(sentence)` say what came of it.
  constructor(fetchAnswer, show, complain) {
    Object.assign(this, { fetchAnswer, show, complain, drawing: null, version: 0, wait: FIRST_WAIT });
    this.answered = new Map(); // token -> the version of the drawing that was answered
  }

  // Has the answers to these tokens be asked for; others are forgotten, with what is under way for them.
  tokens(tokens) {
    for (const token of this.answered.keys()) if (!tokens.includes(token)) this.answered.delete(token);
    for (const token of tokens) if (!this.answered.has(token)) this.answered.set(token, 0);
    if (this.asked && !this.answered.has(this.asked)) this.drop();
    this.next();
  }

  // `drawing`: null where there is none, and none is answered then, not even the one before.
  draw(drawing) {
    this.drawing = drawing;
    this.version += 1;
    if (!drawing) this.drop();
    this.next();
  }

  drop() {
    this.controller?.abort();
    this.controller = this.asked = null;
  }

  stop() {
    clearTimeout(this.timer);
    this.answered.clear();
    this.drop();
  }

  async next() {
    const token = [...this.answered.keys()].find((one) => this.answered.get(one) < this.version);
    if (this.controller || this.timer || !this.drawing || !token) return;
    const controller = new AbortController();
    Object.assign(this, { controller, asked: token });
    const { version, drawing } = this;
    const answer = await this.fetchAnswer(token, drawing, controller.signal).catch((error) => ({
      error: `${error}`,
      again: true,
    }));
    if (this.controller !== controller) return; // it was dropped meanwhile
    this.controller = this.asked = null;
    if (answer.error) return this.later(answer, token, version);
    this.wait = FIRST_WAIT;
    this.answered.delete(token); // to the end: all get their turn
    this.answered.set(token, version);
    this.show(token, answer);
    this.next();
  }

  later({ error, again }, token, version) {
    if (!again) {
      this.answered.set(token, version);
      this.complain(error);
      return this.next();
    }
    if (this.wait === LONGEST_WAIT) this.complain("The server does not answer. Your drawing is kept.");
    this.timer = setTimeout(() => {
      this.timer = null;
      this.next();
    }, this.wait);
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
  }
}
