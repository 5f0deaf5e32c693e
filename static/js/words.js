// Texts for people, in the language of the page. English stands in the code and needs no catalogue;
// of another language the page brings what scripts say. Values stand in a text by name: %(name)s.

const { lang } = document.documentElement;
const texts = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
const same = (one) => one.split("-")[0] === lang.split("-")[0];

/** For numbers and times: the reader's own kind of this language, British if they have none. */
export const locale = navigator.languages.find(same) ?? (same("en") ? "en-GB" : lang);

const numbers = new Intl.NumberFormat(locale);
const forms = new Intl.PluralRules(locale);

const lists = new Intl.ListFormat(locale, { type: "conjunction" });

export const enumerated = (values) => lists.format(values);
export const number = (value) => numbers.format(value);

/** `say("Not sent: %(reason)s", { reason })` */
export const say = (text, values) => filled(texts[text] ?? text, values);

/** `many("%(num)s update", "%(num)s updates", 3)`: the text for so many things. */
export function many(one, other, num, values) {
  const known = texts[one];
  const text = known ? known[forms.select(num)] ?? known.other : num === 1 ? one : other;
  return filled(text, { num: number(num), ...values });
}

const filled = (text, values = {}) => text.replace(/%(?:%|\((\w+)\)s)/g, (_, name) => (name ? values[name] : "%"));
