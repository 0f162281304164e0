// What models say of the stage's pictures: fetched where a slider comes to rest, kept in document.noiselensAnswers for
// the other parts of the page that show it (answer_files/), and below the pictures, where the sentence is not seen.

const AGAIN = 3000; // ms after which what could not be fetched is asked for once more, then twice as long each time
const FIRMLY = 500; // ms without a move after answers have come, after which it is asked how firmly they stand
const SELDOM = 60000; // ms, the longest of these
const known = (document.noiselensAnswers ??= new Map()); // by the place where it stands

class Answers {
  constructor(stage) {
    this.stage = stage;
    this.wait = AGAIN;
    this.given = Promise.resolve(); // kept once they are on the screen, or PATIENCE is over
  }

  close() {
    this.asking?.abort();
    clearTimeout(this.again);
    clearTimeout(this.firm);
    this.forget();
  }

  // Another photo or model, or the same in another language: what stands there is another's.
  take({ models, language, photo }) {
    const asked = JSON.stringify([models, language, photo]);
    if (this.asked !== asked) this.forget();
    this.asked = asked;
    this.some = Object.keys(models).length > 0;
  }

  forget() {
    this.about = null;
    this.missing = false;
    known.clear();
    this.tell();
  }

  // Gives what is kept once the answers to what the stage shows are there.
  ask() {
    const about = this.stage.shows();
    if (this.some && about !== this.about) {
      this.about = about;
      const late = new Promise((late) => setTimeout(late, PATIENCE));
      this.given = Promise.race([this.fetch(), late]);
    }
    return this.given;
  }

  async fetch() {
    const { stage } = this;
    this.asking?.abort();
    clearTimeout(this.again);
    clearTimeout(this.firm);
    const asking = (this.asking = new AbortController());
    const moved = new Map(stage.moved);
    try {
      const found = await stage.fetched("answers", moved, asking.signal);
      const answers = found && JSON.parse(await found.blob.text());
      if (!answers || asking.signal.aborted) return;
      this.wait = AGAIN;
      if (this.missing) stage.trouble.hidden = true;
      this.missing = false;
      for (const answer of answers) known.set(answer.place, answer);
      this.tell();
      this.firm = setTimeout(() => this.firmly(moved, asking.signal), FIRMLY);
    } catch (error) {
      stage.failed(error, { moved });
      if (asking !== this.asking || asking.signal.aborted) return;
      this.missing = true; // said until they come, whatever picture is shown meanwhile
      this.about = null;
      this.again = setTimeout(() => this.ask(), this.wait);
      this.wait = Math.min(2 * this.wait, SELDOM);
    }
  }

  // It is said beside the answers that it is about, or not at all: nobody waits for it.
  async firmly(moved, signal) {
    try {
      const found = await this.stage.fetched("firmly", moved, signal);
      const held = found && JSON.parse(await found.blob.text());
      if (!held || signal.aborted) return;
      for (const one of held) Object.assign(known.get(one.place) ?? {}, { held: one.held });
      document.dispatchEvent(new Event("noiselens:firmly"));
    } catch {
      // The answers stand without.
    }
  }

  tell() {
    this.say();
    document.dispatchEvent(new Event("noiselens:answered"));
  }

  // A line a model.
  say() {
    const { panes, look } = this.stage;
    const answers = [...known.values()].filter((answer) => !("error" in answer));
    const said = ({ name, share }) => {
      const [called, sure] = ["span", "span"].map((tag) => document.createElement(tag));
      called.textContent = name;
      called.className = "name";
      sure.textContent = share;
      return [called, sure];
    };
    for (const which of ["original", "noisy"]) {
      const lines = answers.map((answer) => {
        const line = document.createElement("span");
        line.title = answer.who;
        if (which === "noisy" && look.mode === "swipe") line.append(...said(answer.original), "→");
        line.append(...said(answer[which]));
        line.classList.toggle("changed", which === "noisy" && answer.noisy.name !== answer.original.name);
        return line;
      });
      panes[which].said.replaceChildren(...lines);
    }
  }
}
