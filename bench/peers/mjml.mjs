// npm mjml and juice, warm, on ready documents.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [home, folder, size] = process.argv.slice(2);
const require = createRequire(`${home}/node_modules/`);
const module_ = require("mjml");
const mjml2html = module_.default ?? module_;
const juice = require("juice");

const sources = [0, 1, 2].map((number) => readFileSync(`${folder}/email${number}.mjml`, "utf8"));
const css = readFileSync(`${folder}/inline.css`, "utf8");
const options = { preserveMediaQueries: true, preserveFontFaces: true, extraCss: css, removeStyleTags: false, applyStyleTags: false };

async function one(source) {
  const made = await mjml2html(source, { validationLevel: "skip", fonts: {} });
  return juice(made.html, options);
}

for (const source of sources) await one(source);
const before = process.cpuUsage();
const began = process.hrtime.bigint();
for (let number = 0; number < Number(size); number += 1) await one(sources[number % 3]);
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const used = process.cpuUsage(before);
console.log(JSON.stringify({
  units: Number(size), seconds, cpu: (used.user + used.system) / 1e6, peak_mb: process.resourceUsage().maxRSS / 1024,
}));
