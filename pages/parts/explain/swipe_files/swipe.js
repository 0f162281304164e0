// Two pictures in one place: the slider that lies over them says how much of the second one is seen.
export default function ({ data, parentElement }) {
  const [clean, noisy] = parentElement.querySelectorAll("img");
  const slider = parentElement.querySelector("input");
  const stage = parentElement.querySelector(".stage");
  for (const [image, source, alt] of [
    [clean, data.clean, data.alt_clean],
    [noisy, data.noisy, data.alt_noisy],
  ]) {
    if (image.getAttribute("src") !== source) image.src = source;
    image.alt = alt;
  }
  const [left, right] = parentElement.querySelectorAll(".words span");
  left.textContent = data.left;
  right.textContent = data.right;
  slider.setAttribute("aria-label", data.label);
  const divide = () => {
    stage.style.setProperty("--divide", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", data.value.replace("{share}", slider.value));
  };
  divide();
  slider.addEventListener("input", divide);
  return () => slider.removeEventListener("input", divide);
}
