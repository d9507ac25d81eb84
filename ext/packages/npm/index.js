/*
** Where the library of sqlite-lore for this platform is. It comes with a package of its own, an optional dependency of this
** one, so that npm takes the one that fits.
*/
"use strict";

const PLATFORMS = ["linux-x64", "linux-arm64"];

function hasGlibc() {
  const report = process.report && process.report.getReport();
  return !report || Boolean((typeof report === "string" ? JSON.parse(report) : report).header.glibcVersionRuntime);
}

function whyMissing(platform) {
  if (!PLATFORMS.includes(platform)) {
    return `there is no library for ${platform}, only for ${PLATFORMS.join(" and ")}; elsewhere build it from the sources`;
  }
  if (!hasGlibc()) return "the library needs glibc, which this Linux has not; build it from the sources";
  return `the package sqlite-lore-${platform} is not installed: it is an optional dependency, so npm leaves it out with ` +
    "--omit=optional, and where node_modules was copied from another platform; run npm install here";
}

/* The path of lore.so. */
function getLoadablePath() {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return require.resolve(`sqlite-lore-${platform}/lore.so`);
  } catch (error) {
    throw new Error(`sqlite-lore: ${whyMissing(platform)}`, { cause: error });
  }
}

/* Into a database that has loadExtension(path): of node:sqlite (opened with allowExtension), better-sqlite3, node-sqlite3 or
** bun:sqlite. */
function load(database) {
  database.loadExtension(getLoadablePath());
}

exports.getLoadablePath = getLoadablePath;
exports.load = load;
