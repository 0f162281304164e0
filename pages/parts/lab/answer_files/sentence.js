function words(root, data) {
  const { who, level, pending } = data;
  root.querySelector(".who").textContent = who;
  root.querySelector(".pending").textContent = pending;
  root.querySelector(".held").title = data.held_help ?? "";
  const old = root.querySelector(".headline");
  if (old.localName === `h${level}`) return;
  const heading = Object.assign(document.createElement(`h${level}`), { className: "headline" });
  heading.append(...old.childNodes);
  old.replaceWith(heading);
}

function draw(root, answer) {
  const headline = root.querySelector(".headline");
  root.querySelector(".answer").classList.toggle("error", "error" in answer);
  if ("error" in answer) headline.textContent = answer.error;
  else headline.innerHTML = answer.headline;
  root.querySelector(".knows").textContent = answer.knows ?? "";
  late(root, answer);
}

function late(root, { held }) {
  root.querySelector(".held").textContent = held ?? "";
}
