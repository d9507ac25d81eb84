/** What a driver's database offers: node:sqlite (opened with allowExtension), better-sqlite3, node-sqlite3, bun:sqlite. */
export interface ExtensionLoader {
  loadExtension(path: string): unknown;
}

/** The path of the library for this platform; throws, and says why, when there is none. */
export function getLoadablePath(): string;

/** Loads the library into a database. */
export function load(database: ExtensionLoader): void;
