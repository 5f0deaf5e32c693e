// Whether a row belongs to the list that was asked for. In which views it is the server says with it,
// but for those that are somebody's own.

const { me } = document.body.dataset;
const asked = () => document.getElementById("list-body").dataset;
const isIn = ({ dataset }, view) => dataset.views.split(" ").includes(view);

const OWN = {
  mine: (row) => isIn(row, "open") && row.dataset.assignee === me,
  unread: (row) => "unread" in row.dataset,
  mentions: () => true, // where one is named only the server knows: its list has them
};

const ANSWERS = {
  channel: ({ channel }, wanted) => channel === wanted,
  label: ({ labels }, wanted) => JSON.parse(labels).includes(wanted),
  assignee: ({ assignee = "none" }, wanted) => assignee === wanted,
  team: ({ team = "none" }, wanted) => team === wanted,
  status: ({ status }, wanted) => status === wanted,
  priority: ({ priority }, wanted) => priority === wanted,
  since: ({ sort }, wanted) => sort >= wanted,
  until: ({ sort }, wanted) => sort < wanted,
};

/** A test of rows. `own`: also by what only this agent has: what they have not seen. */
export function belonging(own = true) {
  const { view, asked: facts } = asked();
  const inView = !own && ["unread", "mentions"].includes(view) ? () => true : (OWN[view] ?? ((one) => isIn(one, view)));
  const wanted = Object.entries(JSON.parse(facts));
  return (row) => inView(row) && wanted.every(([name, value]) => ANSWERS[name](row.dataset, value));
}

export const isMine = ({ dataset }) => dataset.assignee === me;
