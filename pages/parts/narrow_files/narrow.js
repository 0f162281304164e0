// Tells whether the window is as narrow as a phone: where the page was drawn for another, and whenever that changes.

const NARROW = window.matchMedia("(max-width: 640px)"); // as pages/shell.py lays pages out

const known = new WeakMap(); // of each place on a page, what the page goes by

export default function ({ data, parentElement: root, setStateValue }) {
  if (!known.has(root)) known.set(root, data.narrow);
  const tell = () => {
    if (NARROW.matches === known.get(root)) return;
    known.set(root, NARROW.matches);
    setStateValue("narrow", NARROW.matches);
  };
  NARROW.addEventListener("change", tell);
  tell();
  return () => NARROW.removeEventListener("change", tell);
}
