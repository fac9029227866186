"use strict";
(() => {
  // Saves a picture of this page as SVG, or drawn on white as PNG: from the page itself, without a request.
  const whole = (svg) => {
    const copy = svg.cloneNode(true);
    const [, , inner, tall] = svg.getAttribute("viewBox").split(" ").map(Number);
    const [width, height] = [inner + 20, tall + 20];
    copy.setAttribute("viewBox", `-10 -10 ${width} ${height}`);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.setAttribute("style", "color:#1b1f24;background:#fff");
    return { text: new XMLSerializer().serializeToString(copy), width, height };
  };
  const save = (name, address) => {
    const link = document.createElement("a");
    link.download = name;
    link.href = address;
    link.click();
  };
  const address = (text) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  document.querySelectorAll("[data-picture]").forEach((bar) => { bar.hidden = false; });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-picture] button");
    if (!button) return;
    const bar = button.closest("[data-picture]");
    const svg = bar.closest("figure").querySelector("svg.figure");
    const picture = whole(svg);
    const name = `${bar.dataset.picture}.${button.value}`;
    if (button.value === "svg") { save(name, address(picture.text)); return; }
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 3 * picture.width;
      canvas.height = 3 * picture.height;
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff";
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(name, canvas.toDataURL("image/png"));
    };
    image.src = address(picture.text);
  });
})();
