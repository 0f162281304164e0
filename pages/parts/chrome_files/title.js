// While nobody looks at the tab its title says that a job has ended: "✓ Train · NoiseLens", or "✕ …" where one failed.

const LOOKS = 5000; // ms; browsers make it more where a tab was left for minutes

let ended = null; // the address that tells how many have
let mark = "";
let looking = null;

function followEnded(url) {
  const first = ended === null;
  ended = url;
  if (!first) return;
  document.addEventListener("visibilitychange", watch);
  new MutationObserver(write).observe(document.head, { subtree: true, childList: true, characterData: true });
  watch();
}

function watch() {
  clearTimeout(looking);
  if (document.hidden) return look(null);
  if (mark) document.title = document.title.replace(mark, "");
  mark = "";
}

async function look(before) {
  let now = before;
  try {
    now = await (await fetch(ended)).json();
  } catch {
    // The server is away: it may come back.
  }
  if (!document.hidden) return;
  if (before && now.failed > before.failed) mark = "✕ ";
  else if (before && now.done > before.done && !mark) mark = "✓ ";
  write();
  looking = setTimeout(look, LOOKS, now);
}

// Streamlit writes the title again when the page runs.
function write() {
  if (mark && !document.title.startsWith(mark)) document.title = mark + document.title.replace(/^[✓✕] /, "");
}
