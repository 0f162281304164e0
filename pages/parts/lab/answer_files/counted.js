function words(root, { who, colours, width, height }) {
  root.querySelector(".who").textContent = who;
  root.querySelector(".colours").innerHTML = colours;
  root.querySelector(".answer").style.setProperty("--aspect", `${width} / ${height}`);
}

function draw(root, answer) {
  root.querySelector(".answer").classList.toggle("error", "error" in answer);
  if ("error" in answer) return;
  root.querySelector(".help").textContent = answer.help;
  root.querySelector(".bars").innerHTML = answer.bars;
  for (const [which, { source, alt, caption }] of Object.entries(answer.counted)) {
    root.querySelector(`.counted_${which} figcaption`).textContent = caption;
    replace(root.querySelector(`.counted_${which} img`), source, alt);
  }
}

// The earlier picture stays until the new one can be painted.
async function replace(image, source, alt) {
  const turn = (image.turn = (image.turn ?? 0) + 1);
  const next = Object.assign(new Image(), { src: source, alt });
  await next.decode();
  if (turn === image.turn) Object.assign(image, { src: next.src, alt });
}

function late() {}
