// Fetches and decodes pictures in a thread of its own, where it need not wait until the page has time. One request at a
// time: the newest wish counts, and its request leaves while the picture before it is decoded. An exact picture on its
// way is given up for a newer wish. Nothing from outside this function is known in that thread.
function courier() {
  let wish = null;
  let asking = null;

  self.onmessage = ({ data }) => {
    wish = data;
    if (!asking) run();
    else if (asking.exact) asking.abort();
  };

  async function run() {
    while (wish) {
      const { turn, url, lab, exact } = wish;
      wish = null;
      asking = Object.assign(new AbortController(), { exact });
      try {
        const response = await fetch(url, { headers: { "X-NoiseLens-Lab": lab }, signal: asking.signal });
        if (response.ok) deliver(turn, await response.blob());
        else self.postMessage({ turn, status: response.status });
      } catch (error) {
        if (error.name !== "AbortError") self.postMessage({ turn, status: 0 });
      }
    }
    asking = null;
  }

  async function deliver(turn, blob) {
    try {
      const picture = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
      self.postMessage({ turn, picture }, [picture]);
    } catch {
      self.postMessage({ turn, status: 0 });
    }
  }
}
