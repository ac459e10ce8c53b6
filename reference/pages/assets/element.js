"use strict";

/**
 * Makes an element: element("p", {class: "lead"}, "Text", another). Texts stay texts, never markup.
 * An attribute that is false, null or undefined is left out; true is written empty.
 */
desk.element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null && child !== false));
  return made;
};

/** Text for those who listen to the page; it is not drawn. */
desk.unseen = (text) => desk.element("span", { class: "unseen" }, text);
