// Puts other words for those that Streamlit writes on its own widgets, as soon as they appear and before they are
// painted. What it does not know stays as it is.

const ATTRIBUTES = ["aria-label", "title", "placeholder"];
// What the page wrote itself, or a person: there the same words are meant.
const OURS = '[data-testid="stMarkdownContainer"], [data-testid="stFullScreenFrame"] canvas, pre, code, svg, script, style';
const BUT = '[data-testid="stFileUploaderDropzone"] button, [data-testid="stTooltipContent"], [data-testid="stDialog"]';

const kept = new WeakMap(); // for each node, what Streamlit wrote and what stands there instead
let says = null;
let observer = null; // one, whatever is said: two languages would each undo what the other says

// Called again whenever the page has other words, which may be before it is told that the earlier ones are over.
export default function ({ data }) {
  says = sayer(data.words);
  all(document.body);
  observer ??= observing();
  nameSoon();
  followTheme();
  followEnded(data.ended);
}

function observing() {
  const found = new MutationObserver((changes) => {
    for (const { type, target, attributeName, addedNodes } of changes) {
      if (type === "childList") addedNodes.forEach(all);
      else if (type === "characterData") text(target);
      else if (target.hasAttribute(attributeName)) put(target, attributeName);
    }
    nameSoon();
  });
  found.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  return found;
}

function all(root) {
  if (root.nodeType === Node.TEXT_NODE) return text(root);
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = root; node; node = walk.nextNode()) (node.nodeType === Node.TEXT_NODE ? text : element)(node);
}

function text(node) {
  const inside = node.parentElement;
  if (inside && (!inside.closest(OURS) || inside.closest(BUT))) put(node, "nodeValue");
}

function element(node) {
  for (const name of ATTRIBUTES) if (node.hasAttribute(name)) put(node, name);
}

function put(node, name) {
  const attribute = name !== "nodeValue";
  let now = attribute ? node.getAttribute(name) : node.nodeValue;
  if (name === "aria-label" && bare.get(node)?.full === now) now = bare.get(node).own; // without what name.js has added
  if (now === null) return;
  const known = kept.get(node) ?? kept.set(node, {}).get(node);
  // Said in another language before: Streamlit itself has written nothing since.
  const wrote = known[name]?.said === now ? known[name].wrote : now;
  const said = says(wrote);
  if (said === now) return;
  known[name] = { wrote, said };
  if (attribute) node.setAttribute(name, said);
  else node.nodeValue = said;
}

// Words by what Streamlit writes; "{what}" stands for anything.
function sayer(words) {
  const exact = new Map(words.filter(([from]) => !from.includes("{what}")));
  const open = words.filter(([from]) => from.includes("{what}")).map(([from, to]) => [...from.split("{what}"), to]);
  return (wrote) => {
    const bare = wrote.trim();
    if (exact.has(bare)) return exact.get(bare);
    for (const [before, after, to] of open) {
      const what = bare.slice(before.length, bare.length - after.length);
      if (what && bare === before + what + after) return to.replace("{what}", () => what);
    }
    return wrote;
  };
}
