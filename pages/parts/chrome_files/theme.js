// Windows, lists and tips hang outside of the page's own element, which alone has the colours of the theme.

let following = null;

function followTheme() {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || following === app) return;
  following = app;
  const follow = () => {
    document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
  };
  new MutationObserver(follow).observe(app, { attributes: true, attributeFilter: ["class"] });
  follow();
}
