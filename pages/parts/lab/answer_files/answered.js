// A part of the page that shows what one model says (`draw`, in the file that follows), whenever the stage has
// fetched it (stage_files/view.js); `late` shows what comes after it: how firmly it stands.

const parts = new WeakMap();

export default function ({ data, parentElement: root }) {
  if (!parts.has(root)) parts.set(root, new Part(root));
  const part = parts.get(root);
  part.take(data);
  return () => {
    part.gone.abort();
    parts.delete(root);
  };
}

class Part {
  constructor(root) {
    this.root = root;
    this.gone = new AbortController();
    document.addEventListener("noiselens:answered", () => this.show(), { signal: this.gone.signal });
    document.addEventListener("noiselens:firmly", () => this.drawn && late(this.root, this.drawn), {
      signal: this.gone.signal,
    });
  }

  take(data) {
    this.data = data;
    words(this.root, data);
    this.show();
  }

  show() {
    const answer = document.noiselensAnswers?.get(this.data.place) ?? null;
    this.root.querySelector(".answer").classList.toggle("waiting", !answer);
    if (answer && answer !== this.drawn) draw(this.root, answer);
    this.drawn = answer;
  }
}
