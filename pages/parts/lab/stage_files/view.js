// The pictures of the noise lab. While one of the lab's sliders moves, each new value fetches a picture from the
// live route and paints it. When the slider is let go of or rests, it fetches what models say of the picture, which
// other parts of the page show too (answer_files/), and the page itself hears of the value.

const REST = 100; // ms without a move, after which the exact picture is fetched
const PATIENCE = 300; // ms that the rest waits for answers at most, and the two figures for the exact picture
const GAINS = [1, 2, 4, 8];
const CLOSEST = 16;
const KEPT = "noiselens_stage"; // how one likes to look stays from visit to visit, in this tab

const stages = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!stages.has(root)) stages.set(root, new Stage(root));
  const stage = stages.get(root);
  stage.take(component);
  return () => {
    stage.close();
    stages.delete(root);
  };
}

const between = (low, value, high) => Math.min(Math.max(value, low), high);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

class Stage {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.box = find(".stage");
    this.panes = Object.fromEntries(
      ["original", "noisy", "difference"].map((name) => [
        name,
        {
          canvas: find(`.${name} canvas[role]`),
          caption: find(`.${name} .what`),
          said: find(`.${name} .said`),
          view: find(`.${name} .view`),
        },
      ]),
    );
    this.curtain = find(".curtain canvas");
    this.divider = find(".divider");
    this.scaleInput = find(".scale");
    this.output = find("output");
    this.trouble = find(".trouble");
    this.moved = new Map(); // widget key -> value, where a slider stands elsewhere than the page knows
    this.settled = ""; // what the exact picture on the screen shows
    this.settling = ""; // what the exact picture that is on its way shows
    this.turn = 0;
    this.wants = new Map(); // turn -> what was asked for, and has not come
    this.look = { mode: "side", gain: 2, divide: 50, ...JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") };
    this.place = { scale: 1, x: 0, y: 0 }; // x, y: the picture's left upper corner, in widths of the view
    this.gone = new AbortController();
    this.answers = new Answers(this);
    this.thread = URL.createObjectURL(new Blob([`(${courier})()`], { type: "text/javascript" }));
    this.courier = new Worker(this.thread);
    this.listen();
  }

  close() {
    this.gone.abort();
    this.measuring?.abort();
    this.courier.terminate();
    URL.revokeObjectURL(this.thread);
    this.answers.close();
    this.sizes.disconnect();
    clearTimeout(this.rest);
    clearTimeout(this.later);
  }

  // What the page says; called again whenever it says something new.
  take(component) {
    this.page = component;
    const data = (this.data = component.data);
    this.box.hidden = false;
    this.box.style.setProperty("--aspect", `${data.width} / ${data.height}`);
    for (const [name, pane] of Object.entries(this.panes)) {
      pane.canvas.setAttribute("aria-label", filled(data.alt[name], this.look));
    }
    this.words();
    for (const [key, value] of this.moved) {
      if (!(key in data.values) || data.values[key] === value) this.moved.delete(key);
    }
    if (this.photo !== undefined && this.photo !== data.photo) this.pan(0, 0, 1); // a close-up of another photo says nothing
    this.photo = data.photo;
    if (this.base !== `${data.id} ${data.base}`) {
      this.base = `${data.id} ${data.base}`;
      this.clean = null;
      this.settled = "";
    }
    this.answers.take(data);
    if (this.rest) return;
    this.settle();
    this.answers.ask();
  }

  listen() {
    const signal = this.gone.signal;
    const slide = ({ detail }) => detail.key in (this.data?.sliders ?? {}) && this.move(detail);
    const told = ({ detail }) => {
      if (detail.key in (this.data?.sliders ?? {})) detail.before.push(this.answers.ask());
    };
    document.addEventListener("noiselens:slide", slide, { signal });
    document.addEventListener("noiselens:told", told, { signal });
    new Hand(this).listen(signal);
    this.scaleInput.addEventListener("input", () => this.zoom(2 ** Number(this.scaleInput.value)), { signal });
    this.box.querySelector(".in").addEventListener("click", () => this.zoom(this.place.scale * 2), { signal });
    this.box.querySelector(".out").addEventListener("click", () => this.zoom(this.place.scale / 2), { signal });
    this.courier.onmessage = ({ data: came }) => this.arrived(came);
    this.courier.onerror = () => this.failed({}, { moved: this.moved });
    this.sizes = new ResizeObserver(() => this.arrange());
    this.sizes.observe(this.panes.noisy.view);
  }

  // ---- from a slider to the picture

  move({ key, value, since }) {
    this.moved.set(key, value);
    this.since = since;
    this.measuring?.abort();
    this.ask("noisy.jpg");
    clearTimeout(this.rest);
    const rest = (this.rest = setTimeout(async () => {
      await this.answers.ask();
      if (this.rest !== rest) return; // moved again
      this.rest = null;
      this.settle();
    }, REST));
  }

  // Everything that the noisy picture depends on, as one text.
  shows() {
    const values = { ...this.data.values };
    for (const [key, value] of this.moved) values[key] = value;
    return JSON.stringify([this.base, this.data.stack, values]);
  }

  settle() {
    if (![this.settled, this.settling].includes(this.shows())) this.ask("noisy.png");
  }

  ask(what) {
    clearTimeout(this.later);
    if (!this.clean && this.opening !== this.base) this.original();
    const exact = what === "noisy.png";
    const turn = ++this.turn;
    const want = { exact, shows: this.shows(), moved: new Map(this.moved), since: this.since };
    this.wants.set(turn, want);
    this.settling = exact ? want.shows : "";
    this.courier.postMessage({ turn, exact, url: this.address(what, want.moved), lab: this.data.id });
  }

  arrived({ turn, picture, status }) {
    const want = this.wants.get(turn);
    for (const old of this.wants.keys()) if (old <= turn) this.wants.delete(old);
    if (!want) return picture?.close(); // a newer one was faster
    if (this.settling === want.shows) this.settling = "";
    if (picture) this.show(want, picture);
    else if (status !== 409) this.failed({ status }, want); // 409: a newer one is on its way
  }

  show(want, picture) {
    this.paint(this.panes.noisy.canvas, picture);
    this.picture?.close();
    this.picture = picture;
    this.compare();
    if (this.figuresShown && this.settled !== want.shows) this.caption();
    if (!this.answers.missing) this.trouble.hidden = true;
    this.lost = false;
    const { canvas } = this.panes.noisy;
    canvas.dataset.exact = String(want.exact);
    canvas.dataset.pictures = String(Number(canvas.dataset.pictures ?? 0) + 1);
    document.dispatchEvent(
      new CustomEvent("noiselens:painted", { detail: { since: want.since, exact: want.exact } }),
    );
    this.settled = want.exact ? want.shows : "";
    if (want.exact) this.later = setTimeout(() => this.figures(want), PATIENCE);
  }

  async original() {
    const base = (this.opening = this.base);
    try {
      const { blob } = await this.fetched("original.png", new Map());
      const clean = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
      if (base !== this.base) return clean.close();
      this.clean = clean;
      this.paint(this.panes.original.canvas, clean);
      this.paint(this.curtain, clean);
      this.compare();
    } catch (error) {
      this.opening = null;
      this.failed(error, { moved: new Map() });
    }
  }

  failed(error, want) {
    if (error.name === "AbortError") return;
    this.settled = "";
    if (error.status === 404 && !this.lost) {
      this.lost = true; // the page opens the lab anew
      this.page.setTriggerValue("lost", Date.now());
    } else if (!(error.status === 400 && want.moved.size)) {
      // (A noise that was moved and has just been taken away is no trouble.)
      this.trouble.textContent = this.data.words.trouble;
      this.trouble.hidden = false;
    }
  }

  address(what, moved) {
    const query = new URLSearchParams();
    for (const [key, value] of moved) {
      if (key in this.data.sliders) query.set(this.data.sliders[key], value);
    }
    return new URL(`${this.data.url}/${what}?${query}`, location.href).href;
  }

  async fetched(what, moved, signal = this.gone.signal) {
    const headers = { "X-NoiseLens-Lab": this.data.id };
    const response = await fetch(this.address(what, moved), { headers, signal });
    if (response.status === 409) return null;
    if (!response.ok) throw Object.assign(new Error(`${what}: ${response.status}`), { status: response.status });
    return { blob: await response.blob() };
  }

  async figures(want) {
    if (want.shows !== this.settled) return;
    try {
      this.measuring = new AbortController();
      const answer = await this.fetched("figures", want.moved, this.measuring.signal);
      if (!answer || want.shows !== this.settled) return;
      const { psnr, ssim } = JSON.parse(await answer.blob.text());
      this.caption(psnr, ssim);
    } catch (error) {
      this.failed(error, want);
    }
  }

  paint(canvas, picture) {
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
      this.arrange();
    }
    canvas.getContext("2d").drawImage(picture, 0, 0);
  }

  // |noisy - original|, doubled until it is as strong as wanted: to the pixel what core.images.difference gives.
  compare() {
    if (!this.clean || !this.picture) return;
    const { canvas } = this.panes.difference;
    this.paint(canvas, this.clean);
    const context = canvas.getContext("2d");
    context.globalCompositeOperation = "difference";
    context.drawImage(this.picture, 0, 0);
    context.globalCompositeOperation = "lighter";
    for (let gain = 1; gain < this.look.gain; gain *= 2) context.drawImage(canvas, 0, 0);
    context.globalCompositeOperation = "source-over";
  }

  // ---- how it is looked at

  words() {
    const { words } = this.data;
    this.panes.original.caption.textContent = words.original;
    this.divider.setAttribute("aria-label", words.divider);
    this.scaleInput.setAttribute("aria-label", words.zoom);
    for (const [name, word] of [["in", words.closer], ["out", words.farther]]) {
      const button = this.box.querySelector(`.${name}`);
      button.title = word;
      button.setAttribute("aria-label", word);
    }
    for (const { view } of Object.values(this.panes)) view.title = words.hint;
    this.choice("mode", words.look, { side: words.side, swipe: words.swipe });
    this.choice("gain", words.gain, Object.fromEntries(GAINS.map((gain) => [gain, `×${gain}`])));
    this.apply();
  }

  choice(name, legend, options) {
    const place = this.box.querySelector(`fieldset.${name}`);
    const written = JSON.stringify([legend, options]);
    if (place.dataset.written === written) return;
    place.dataset.written = written;
    const title = document.createElement("legend");
    title.textContent = legend;
    const labels = Object.entries(options).map(([value, word]) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", name, value, checked: String(this.look[name]) === value });
      input.addEventListener("change", () => {
        this.look[name] = name === "gain" ? Number(value) : value;
        this.apply();
        if (name === "gain") this.compare();
      });
      label.append(input, word);
      return label;
    });
    place.replaceChildren(title, ...labels);
  }

  apply() {
    const { mode, divide } = this.look;
    this.box.dataset.mode = mode;
    this.box.style.setProperty("--divide", `${divide}%`);
    this.divider.setAttribute("aria-valuenow", Math.round(divide));
    this.panes.noisy.caption.textContent =
      mode === "swipe" ? this.data.words.swiped : this.data.words.noisy;
    this.panes.difference.canvas.setAttribute("aria-label", filled(this.data.alt.difference, this.look));
    this.caption(...(this.figuresShown ?? []));
    this.answers.say();
    sessionStorage.setItem(KEPT, JSON.stringify(this.look));
    this.arrange();
  }

  // With nothing given, the figures of an earlier picture go.
  caption(psnr, ssim) {
    this.figuresShown = psnr === undefined ? null : [psnr, ssim];
    const parts = [filled(this.data.words.difference, this.look)];
    if (psnr !== undefined) parts.push(psnr === null ? this.data.words.same : `PSNR\u00a0${psnr.toFixed(1)}\u00a0dB`);
    if (ssim !== undefined && ssim !== null) parts.push(`SSIM\u00a0${ssim.toFixed(2)}`);
    this.panes.difference.caption.textContent = parts.join(" · ");
    this.panes.difference.caption.title = this.data.words.figures;
  }

  zoom(scale, x = 0.5, y = 0.5) {
    const old = this.place;
    const now = between(1, scale, CLOSEST);
    // What lies at (x, y) of the view stays there.
    this.pan(x - ((x - old.x) / old.scale) * now, y - ((y - old.y) / old.scale) * now, now);
  }

  pan(x, y, scale = this.place.scale) {
    this.place = { scale, x: between(1 - scale, x, 0), y: between(1 - scale, y, 0) };
    this.arrange();
  }

  arrange() {
    const { scale, x, y } = this.place;
    for (const [name, value] of [["--scale", scale], ["--x", x], ["--y", y]]) {
      this.box.style.setProperty(name, value);
    }
    this.box.classList.toggle("near", scale > 1);
    const { canvas, view } = this.panes.noisy;
    this.box.classList.toggle("sharp", (view.clientWidth * scale * devicePixelRatio) / canvas.width >= 1.5);
    const text = `${Number(scale.toFixed(1))}×`;
    this.output.textContent = text;
    this.scaleInput.value = Math.log2(scale);
    this.scaleInput.setAttribute("aria-valuetext", text);
  }

  divide(share) {
    this.look.divide = between(0, share, 100);
    this.box.style.setProperty("--divide", `${this.look.divide}%`);
    this.divider.setAttribute("aria-valuenow", Math.round(this.look.divide));
    sessionStorage.setItem(KEPT, JSON.stringify(this.look));
  }
}
