// @sendgrid/mail with many personalizations a request, as its own use-case page shows it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [home, folder, url, size] = process.argv.slice(2);
const require = createRequire(`${home}/node_modules/`);
const client = require("@sendgrid/client");
const mail = require("@sendgrid/mail");

const sample = JSON.parse(readFileSync(`${folder}/request.json`, "utf8"));
const first = sample.personalizations[0];
const tags = Object.keys(first.substitutions);
const token = "A".repeat(35);
const people = readFileSync(`${folder}/members.csv`, "utf8").split(/\r?\n/).slice(1, 1 + Number(size)).map((line) => {
  const [email, first_name, , company, province] = line.split(",");
  return { email, first_name, company, province };
});

client.setApiKey("SG.this-is-no-key");
client.setDefaultRequest("baseUrl", url);
mail.setClient(client);

function personalization(person, number) {
  const values = [person.first_name, person.company, person.province];
  const substitutions = {};
  tags.forEach((tag, place) => { substitutions[tag] = place % 4 < 3 ? values[place % 4] : token; });
  return { to: person.email, substitutions, headers: first.headers, customArgs: { nl_d: String(number) } };
}

const before = process.cpuUsage();
const began = process.hrtime.bigint();
for (let start = 0; start < people.length; start += 1000) {
  const personalizations = people.slice(start, start + 1000).map((one, place) => personalization(one, start + place));
  const [answer] = await mail.send({
    from: sample.from, subject: sample.subject, content: sample.content, personalizations,
    substitutionWrappers: ["", ""], isMultiple: false,
  });
  if (answer.statusCode !== 202) throw new Error(String(answer.statusCode));
}
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const used = process.cpuUsage(before);
console.log(JSON.stringify({
  units: people.length, seconds, cpu: (used.user + used.system) / 1e6, peak_mb: process.resourceUsage().maxRSS / 1024,
}));
