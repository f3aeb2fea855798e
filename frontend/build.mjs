// Puts what the pages load into dist/: styles, scripts and fonts, all from our own address.
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "fonts"), { recursive: true });

const { css } = compile(join(here, "src/base.scss"), {
  loadPaths: [here],
  style: "compressed",
  quietDeps: true,
  silenceDeprecations: ["import"],
});
writeFileSync(join(dist, "base.css"), css.replaceAll("/assets/", ""));

const files = {
  "govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js",
  "@ministryofjustice/frontend/moj/moj-frontend.min.js": "moj-frontend.min.js",
  "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "fonts/inter.woff2",
  "@fontsource/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-400-normal.woff2":
    "fonts/mono.woff2",
};
for (const [from, to] of Object.entries(files)) cpSync(join(modules, from), join(dist, to));
cpSync(join(modules, "@ministryofjustice/frontend/moj/assets/images"), join(dist, "images"), {
  recursive: true,
});
for (const name of ["app.css", "app.js", "js-enabled.js", "favicon.svg"])
  cpSync(join(here, "src", name), join(dist, name));
