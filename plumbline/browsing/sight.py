"""What is to be seen on a page: judged by where the letters of a text are drawn."""

LETTERS = r"""
  const words = text => text.replace(/\s+/g, " ").trim();
  const cut = (box, by) => ({
    left: Math.max(box.left, by.left), right: Math.min(box.right, by.right),
    top: Math.max(box.top, by.top), bottom: Math.min(box.bottom, by.bottom),
  });

  // What can be scrolled to is moved into sight; then what stands out is cut off.
  const held = (box, by, overflow, low, high, scrolled) => {
    if (overflow === "visible") return box;
    const beyond = Math.max(box[high] - by[high], 0), before = scrolled ? Math.min(box[low] - by[low], 0) : 0;
    const move = /auto|scroll/.test(overflow) ? beyond + before : 0;
    return {...box, [low]: Math.max(box[low] - move, by[low]), [high]: Math.min(box[high] - move, by[high])};
  };
  const screen = () => ({left: 0, top: 0, right: innerWidth, bottom: innerHeight});
  const page = () => { // as far as it can be scrolled
    const {scrollWidth, scrollHeight} = document.documentElement;
    return {left: -scrollX, top: -scrollY, right: scrollWidth - scrollX, bottom: scrollHeight - scrollY};
  };
  // What is left of a line of text inside its day, where there is one, and inside all that holds it.
  const left = (line, holder, day) => {
    const {left, right, top, bottom} = line;
    let box = {left, right, top, bottom};
    let lifted = false; // what is lifted out is held by what has a place of its own
    for (let around = holder; around; around = around.parentElement) {
      const style = getComputedStyle(around), own = around.getBoundingClientRect();
      const holds = around !== document.documentElement && around !== document.body // whose overflow is the window's
        && !/^(inline|contents)$/.test(style.display) && !(lifted && style.position === "static");
      if (holds) {
        box = held(box, own, style.overflowX, "left", "right", around.scrollLeft);
        box = held(box, own, style.overflowY, "top", "bottom", around.scrollTop);
      }
      if (!day && style.position === "fixed") return cut(box, screen());
      lifted = style.position === "absolute" || (lifted && style.position === "static");
      if (around === day) box = cut(box, own);
    }
    return day ? box : cut(box, page());
  };
  const readable = (line, holder, day) => {
    const {left: from, right: to, top, bottom} = left(line, holder, day);
    return to - from >= WIDTH && bottom - top >= Math.max(HEIGHT, line.height / 2);
  };
  const drawn = (text, day) => {
    const range = document.createRange(), holder = text.parentElement;
    range.selectNode(text);
    return holder.checkVisibility({opacityProperty: true, visibilityProperty: true})
      && [...range.getClientRects()].some(line => readable(line, holder, day));
  };
  const texts = found => {
    const all = [], walk = document.createTreeWalker(found, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (words(walk.currentNode.data)) all.push(walk.currentNode);
    return all;
  };
""".replace("WIDTH", "8").replace("HEIGHT", "5")
"""What is left of a text where it is drawn: inside `day`, else anywhere on the page, and inside all that holds it.

Seen is what is drawn inside, not cut away, at least 8 pixels wide and 5 high, and not transparent. Letters in the
colour of their ground, and what something else covers, count as seen.
"""

DAYS = r"""([selectors, titles]) => {
  LETTERS
  const escaped = text => words(text).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const spelled = title => new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(title)}(?![\\p{L}\\p{N}_])`, "iu");
  // The smallest elements that say it: each is a place where it stands, if its letters are drawn.
  const places = (title, day) => [day, ...day.querySelectorAll("*")]
    .filter(found => title.test(words(found.innerText ?? "")))
    .filter((found, _, all) => !all.some(other => other !== found && found.contains(other)));
  const times = (title, day) => places(title, day).reduce((sum, found) => {
    const all = texts(found), alone = all.filter(text => title.test(words(text.data)));
    return sum + (alone.length ? alone.filter(text => drawn(text, day)).length : +all.every(text => drawn(text, day)));
  }, 0);

  const wanted = titles.map(title => [title, spelled(title)]);
  return Object.entries(selectors).flatMap(([date, selector]) =>
    [...document.querySelectorAll(selector)].filter(found => found.checkVisibility()).map(day => {
      const {left, right, top, bottom} = day.getBoundingClientRect();
      const seen = wanted.flatMap(([title, pattern]) => Array(times(pattern, day)).fill(title));
      return [date, left, right, top, bottom, day.innerText, seen];
    }));
}""".replace("LETTERS", LETTERS)
"""Every visible element of each day's selector: date, edges, text, and each title as often as it is seen there."""

SHOWN = """all => {
  LETTERS
  return all.some(found => texts(found).some(text => drawn(text, null)));
}""".replace("LETTERS", LETTERS)
"""Whether any of these elements is seen, or would be if the page were scrolled."""
