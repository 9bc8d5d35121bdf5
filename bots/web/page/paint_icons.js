// The signs of the page to paint on, which stands alone too and has no sprite.
const PATHS = {
  brush: "M20 4c-4.5 2-8 5.5-10 9.5l1.8 1.8C15.5 13 18.5 8.8 20 4zM9.5 14.5c-2.5-.2-3.6 1.3-3.8 3-.1 1-.8 1.6-1.7 1.8 2.8 1.5 7 .9 7.3-3z",
  eraser: "M9 19.5L4.5 15a1.8 1.8 0 0 1 0-2.5L13 4a1.8 1.8 0 0 1 2.5 0L20 8.5a1.8 1.8 0 0 1 0 2.5l-8.5 8.5zM8.5 8.5l7 7M9 19.5h11",
  box: "M4.5 6.5h15v11h-15z",
  lasso: "M12 5c4.7 0 8.5 2.2 8.5 5s-3.8 5-8.5 5-8.5-2.2-8.5-5S7.3 5 12 5zM7 14.2c-1 1.3-1 3.3 1 4.3 1.5.8 1.3 1.7.5 2.5",
  tap: "M12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M12 9.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z",
  undo: "M9 6L4.5 10.5 9 15M5 10.5h9a5 5 0 0 1 5 5v2.5",
  redo: "M15 6l4.5 4.5L15 15M19 10.5h-9a5 5 0 0 0-5 5v2.5",
  compare: "M12 4v16M4.5 6.5H12v11H4.5zM12 6.5h7.5v11H12",
  closer: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5M10.5 8v5M8 10.5h5",
  away: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM15 15l5 5M8 10.5h5",
  fit: "M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15",
  marks: "M4 20l1.2-4.8L16 4.4a1.7 1.7 0 0 1 2.4 0l1.2 1.2a1.7 1.7 0 0 1 0 2.4L8.8 18.8zM14 6.5l3.5 3.5",
  pen: "M4 17c3-7 5-9 7-8s-2 6 0 7 5-4 9-8",
  arrow: "M5 19L19 5M10 5h9v9",
  circle: "M12 5c4.4 0 8 3.1 8 7s-3.6 7-8 7-8-3.1-8-7 3.6-7 8-7z",
  number: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM10.5 10l2-1.5V16",
  label: "M4.5 6.5h15v9h-8.5L7.5 19v-3.5h-3zM9 9.5h6M12 9.5v3.8",
  frame: "M8.5 8.5h7v7h-7zM12 8.5V3.5M10 5.5l2-2 2 2M12 15.5v5M10 18.5l2 2 2-2M8.5 12h-5M5.5 10l-2 2 2 2M15.5 12h5M18.5 10l2 2-2 2",
  more: "M5 8h9M18 8h1M5 16h1M10 16h9M16 5.8v4.4M8 13.8v4.4",
  close: "M6 6l12 12M18 6L6 18",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
};

/** The sign of a tool, hidden from whoever listens. */
export function sign(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("class", "icon");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  picture.append(path);
  return picture;
}
