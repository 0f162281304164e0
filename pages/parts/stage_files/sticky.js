// On a phone the pictures stay on top while the sliders below are used: as small as the style says, and without what
// is not needed there. (That they stay is the style of pages/parts/lab_style.py; this finds out when.)

const PHONE = matchMedia("(max-width: 640px)");

class Sticky {
  constructor(box) {
    this.box = box;
  }

  listen(signal) {
    document.addEventListener("scroll", () => this.look(), { capture: true, passive: true, signal });
    PHONE.addEventListener("change", () => this.look(), { signal });
  }

  look() {
    const stuck = PHONE.matches && this.isOnTop();
    if (stuck === this.box.classList.contains("stuck")) return;
    const before = this.box.offsetHeight;
    this.box.classList.toggle("stuck", stuck);
    // What is below does not move: the room that the small pictures leave stays, and lets fingers through.
    this.box.style.marginBottom = stuck ? `${before - this.box.offsetHeight}px` : "";
  }

  isOnTop() {
    const sticks = this.box.getRootNode().host.closest(".st-key-lab_stage");
    return sticks.getBoundingClientRect().top <= parseFloat(getComputedStyle(sticks).top) + 0.5;
  }
}
