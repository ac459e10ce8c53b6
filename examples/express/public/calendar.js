import { api } from "/config.js";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const NAME = new Intl.DateTimeFormat("en", { month: "long", year: "numeric" });

const table = document.getElementById("month");
const alert = document.querySelector("main [role=alert]");
const now = new Date();
let shown = new Date(now.getFullYear(), now.getMonth(), 1);

function written(day) {
  const [month, number] = [day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${day.getFullYear()}-${month}-${number}`;
}

/** The days of the month's weeks, from the Monday before its first day on. */
function daysAround(month) {
  const before = (month.getDay() + 6) % 7;
  const count = new Date(month.getFullYear(), month.getMonth() + 1, 0).getDate();
  const cells = Math.ceil((before + count) / 7) * 7;
  return Array.from({ length: cells }, (_, at) => new Date(month.getFullYear(), month.getMonth(), at + 1 - before));
}

function draw(month) {
  table.caption.textContent = NAME.format(month);
  const body = table.tBodies[0];
  body.replaceChildren();
  let row;
  for (const day of daysAround(month)) {
    if (day.getDay() === 1) row = body.insertRow();
    const cell = row.insertCell();
    cell.dataset.day = written(day);
    cell.className = day.getMonth() === month.getMonth() ? "" : "beside";
    cell.append(String(day.getDate()));
  }
}

async function show(month) {
  shown = month;
  draw(month);
  alert.textContent = "";
  const last = new Date(month.getFullYear(), month.getMonth() + 1, 0);
  try {
    const asked = `${api}/api/calendar?from=${written(month)}&to=${written(last)}`;
    const answer = await fetch(asked, { credentials: "include" });
    if (!answer.ok) throw new Error(answer.statusText);
    const { data } = await answer.json();
    if (shown === month) data.forEach(add); // another month may have been chosen meanwhile
  } catch {
    if (shown === month) alert.textContent = "The closings did not come. Try again.";
  }
}

function add(closing) {
  const line = document.createElement("div");
  line.textContent = closing.title;
  table.querySelector(`[data-day="${closing.due_date}"]`).append(line);
}

const heads = WEEKDAYS.map((name) => Object.assign(document.createElement("th"), { textContent: name }));
table.tHead.rows[0].append(...heads);
document.getElementById("earlier").addEventListener("click", () => turn(-1));
document.getElementById("later").addEventListener("click", () => turn(1));

function turn(months) {
  show(new Date(shown.getFullYear(), shown.getMonth() + months, 1));
}

show(shown);
