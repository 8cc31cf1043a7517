(() => {
  "use strict";
  const fit = (frame) => {
    const inside = frame.contentDocument;
    if (inside && inside.body) frame.height = Math.ceil(inside.documentElement.getBoundingClientRect().height) || 480;
  };
  for (const frame of document.querySelectorAll("iframe.mail")) {
    const again = () => fit(frame);
    frame.addEventListener("load", again);
    addEventListener("resize", again);
    for (const fold of document.querySelectorAll("details")) fold.addEventListener("toggle", again);
    if (frame.contentDocument && frame.contentDocument.readyState === "complete") again();
  }
})();
