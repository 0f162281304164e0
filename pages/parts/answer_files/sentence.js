function words(root, { who, level }) {
  root.querySelector(".who").textContent = who;
  root.querySelector(".headline").ariaLevel = level;
}

function draw(root, answer) {
  const headline = root.querySelector(".headline");
  root.querySelector(".answer").classList.toggle("error", "error" in answer);
  if ("error" in answer) headline.textContent = answer.error;
  else headline.innerHTML = answer.headline;
  root.querySelector(".knows").textContent = answer.knows ?? "";
}
