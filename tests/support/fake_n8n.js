/* A stand-in for n8n: one workflow, imported from a file, and run for each post to its webhook.

   Nodes, their versions and parameters are those of n8n-nodes-base; what it does not know, or what a
   parameter may not be, ends it with a line that says so. The Code node gets what n8n gives it, and no
   module but `crypto`. It says each execution on a line: {"nodes": [names], "error": null or words}.

   node fake_n8n.js workflow.json   with the token of its one credential as INBOX_TOKEN */

const http = require("node:http");
const vm = require("node:vm");
const { readFileSync } = require("node:fs");

const text = (value) => typeof value === "string";
const flag = (value) => typeof value === "boolean";
const number = (value) => Number.isFinite(value);
const one = (...values) => (value) => values.includes(value);
const some = (fields) => (value) => unknown(value, fields).length === 0;
const list = (fields) => (value) => Array.isArray(value) && value.every(some(fields));

const METHOD = one("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT");
const CONDITION = {
  id: text, leftValue: text, rightValue: text,
  operator: some({ type: one("string"), operation: one("equals", "notEquals", "contains", "notContains") }),
};
const NODES = {
  webhook: {
    versions: [2, 2.1],
    parameters: {
      httpMethod: METHOD, path: text, authentication: one("none"), responseMode: one("onReceived", "lastNode"),
      responseData: one("allEntries", "firstEntryJson", "noData"), options: some({ rawBody: flag }),
    },
  },
  code: {
    versions: [2],
    parameters: { mode: one("runOnceForAllItems"), language: one("javaScript"), jsCode: text },
  },
  if: {
    versions: [2.2],
    parameters: {
      conditions: some({
        options: some({
          caseSensitive: flag, leftValue: text, typeValidation: one("strict", "loose"), version: one(2),
        }),
        conditions: list(CONDITION),
        combinator: one("and", "or"),
      }),
      looseTypeValidation: flag,
      options: some({ ignoreCase: flag }),
    },
  },
  httpRequest: {
    versions: [4.1, 4.2],
    parameters: {
      method: METHOD, url: text, authentication: one("none", "genericCredentialType"),
      genericAuthType: one("httpBearerAuth"), sendBody: flag, contentType: one("json"),
      specifyBody: one("keypair"), bodyParameters: some({ parameters: list({ name: text, value: text }) }),
      options: some({ timeout: number }),
    },
  },
};
const NODE = {
  id: text, name: text, type: text, typeVersion: number, webhookId: text,
  position: (value) => Array.isArray(value) && value.length === 2 && value.every(number),
  parameters: (value) => typeof value === "object",
};

function unknown(value, fields) {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.keys(value).filter((name) => !fields[name]?.(value[name]));
}

function faults(flow) {
  const names = flow.nodes.map((node) => node.name);
  const found = names.filter((name, at) => names.indexOf(name) !== at);
  for (const node of flow.nodes) {
    const kind = NODES[node.type.replace("n8n-nodes-base.", "")];
    if (!kind?.versions.includes(node.typeVersion)) found.push(`${node.type} ${node.typeVersion}`);
    const wrong = [...unknown(node, NODE), ...unknown(node.parameters, kind?.parameters ?? {})];
    found.push(...wrong.map((name) => `${node.name}: ${name}`));
  }
  for (const [from, { main }] of Object.entries(flow.connections)) {
    const ends = main.flat().filter(({ node, type, index }) => names.includes(node) && type === "main" && index === 0);
    if (!names.includes(from) || ends.length !== main.flat().length) found.push(`connections of ${from}`);
  }
  return found;
}

/** A parameter that begins with = is an expression: text with JavaScript between {{ and }}. */
function resolved(value, item) {
  if (!text(value) || !value.startsWith("=")) return value;
  const parts = value.slice(1).split(/\{\{(.*?)\}\}/s);
  const told = parts.map((part, at) => (at % 2 ? vm.runInNewContext(`(${part})`, { $json: item.json }) : part));
  const alone = told.length === 3 && told[0] === "" && told[2] === "";
  return alone ? told[1] : told.join("");
}

function holds({ leftValue, rightValue, operator }, item, { caseSensitive }) {
  const [left, right] = [leftValue, rightValue].map((value) => resolved(value, item));
  if (left !== undefined && !text(left)) throw new Error(`${leftValue} is no string`);
  const [a, b] = [left ?? "", right].map((value) => (caseSensitive ? value : value.toLowerCase()));
  const is = operator.operation.endsWith("quals") ? a === b : a.includes(b);
  return operator.operation.startsWith("not") ? !is : is;
}

const RUNS = {
  /** It has what n8n's sandbox has of it, and no `process`, `fetch` or other module. */
  async code({ jsCode }, items) {
    const require_ = (name) => {
      if (name !== "crypto") throw new Error(`Cannot find module '${name}'`);
      return require("node:crypto");
    };
    const $input = { first: () => items[0], all: () => items };
    const helpers = {
      getBinaryDataBuffer: async (index, name) => Buffer.from(items[index].binary[name].data, "base64"),
    };
    const program = vm.runInNewContext(`(async function () {${jsCode}\n})`, { $input, Buffer, require: require_ });
    return [await program.call({ helpers })];
  },
  async if({ conditions }, items) {
    const all = conditions.combinator === "and";
    const passes = (item) => {
      const told = conditions.conditions.map((each) => holds(each, item, conditions.options));
      return all ? told.every(Boolean) : told.some(Boolean);
    };
    return [items.filter(passes), items.filter((item) => !passes(item))];
  },
  async httpRequest(parameters, items) {
    const answers = [];
    for (const item of items) {
      const fields = parameters.bodyParameters.parameters.map(({ name, value }) => [name, resolved(value, item)]);
      const answer = await fetch(resolved(parameters.url, item), {
        method: parameters.method,
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${process.env.INBOX_TOKEN}` },
        body: JSON.stringify(Object.fromEntries(fields)),
      });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
      answers.push({ json: await answer.json() });
    }
    return [answers];
  },
};

async function execute(flow, first, item) {
  const nodes = [];
  const waiting = [[first, [item]]];
  try {
    while (waiting.length) {
      const [node, items] = waiting.shift();
      nodes.push(node.name);
      const run = RUNS[node.type.replace("n8n-nodes-base.", "")] ?? ((_, given) => [given]);
      const outputs = await run(node.parameters, items);
      for (const [at, ends] of (flow.connections[node.name]?.main ?? []).entries())
        for (const end of outputs[at]?.length ? ends : [])
          waiting.push([flow.nodes.find(({ name }) => name === end.node), outputs[at]]);
    }
    return { nodes, error: null };
  } catch (error) {
    return { nodes, error: error.message };
  }
}

const flow = JSON.parse(readFileSync(process.argv[2], "utf8"));
const wrong = faults(flow);
if (wrong.length) {
  console.log(`Problem importing workflow: ${wrong.join(", ")}`);
  process.exit(1);
}
const hook = flow.nodes.find(({ type }) => type === "n8n-nodes-base.webhook");
http.createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray());
  if (request.method !== hook.parameters.httpMethod || request.url !== `/webhook/${hook.parameters.path}`)
    return response.writeHead(404).end();
  const json = { headers: request.headers, params: {}, query: {}, body: JSON.parse(body) };
  const binary = hook.parameters.options.rawBody ? { data: { data: body.toString("base64") } } : undefined;
  const told = await execute(flow, hook, { json, binary });
  const early = hook.parameters.responseMode === "onReceived";
  response.writeHead(told.error && !early ? 500 : 200).end();
  console.log(JSON.stringify(told));
}).listen(0, "127.0.0.1", function () {
  console.log(`Listening on port ${this.address().port}`);
});
