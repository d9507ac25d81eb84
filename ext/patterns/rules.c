/*
** The rules of detection, tried from top to bottom. A new tool is a new line: of its category, above the line
** that takes what is left.
*/
#include "patterns/detect.h"

const char *const kPatternPlaces[PATTERN_PLACE_COUNT] = { "request", "error", "template" };

/* The words that make a request one about building, or about dependencies: some tools count only beside them. */
#define BUILDING "build|builds|building|rebuild|compile|compiles|compiling|typecheck|type-check|tsc|bundle|bundles|bundling"
#define DEPENDENCIES "update dependencies|npm|pip|install python|bun|yarn"

const PatternRule kPatternRules[] = {
  /* place, words, beside, category, tool, target */
  { PATTERN_REQUEST, "pytest|py.test", NULL, "test", "pytest", NULL },
  { PATTERN_REQUEST, "vitest", NULL, "test", "vitest", NULL },
  { PATTERN_REQUEST, "jest", NULL, "test", "jest", NULL },
  { PATTERN_REQUEST, "mocha", NULL, "test", "mocha", NULL },
  { PATTERN_REQUEST, "test|tests|testing", NULL, "test", "generic", NULL },

  { PATTERN_REQUEST, "typecheck|type-check|tsc|type check", BUILDING, "build", "typecheck", NULL },
  { PATTERN_REQUEST, "compile", NULL, "build", "compile", NULL },
  { PATTERN_REQUEST, "bundle|webpack|vite", BUILDING, "build", "bundle", NULL },
  { PATTERN_REQUEST, BUILDING, NULL, "build", "build", NULL },

  { PATTERN_REQUEST, "prettier", NULL, "format", "prettier", "all" },
  { PATTERN_REQUEST, "black", NULL, "format", "black", "all" },
  { PATTERN_REQUEST, "eslint", NULL, "format", "eslint", "all" },
  { PATTERN_REQUEST, "ruff", NULL, "format", "ruff", "all" },
  { PATTERN_REQUEST, "format|formats|formatting|formatter|lint|linting|linter", NULL, "format", "generic", "all" },

  { PATTERN_REQUEST, "git diff", NULL, "git", "diff", "summary" },
  { PATTERN_REQUEST, "git status", NULL, "git", "status", "summary" },
  { PATTERN_REQUEST, "git log", NULL, "git", "log", "summary" },

  { PATTERN_REQUEST, "npm", NULL, "deps", "npm", "update" },
  { PATTERN_REQUEST, "pip|python", DEPENDENCIES, "deps", "pip", "update" },
  { PATTERN_REQUEST, "bun", NULL, "deps", "bun", "update" },
  { PATTERN_REQUEST, "yarn", NULL, "deps", "yarn", "update" },
  { PATTERN_REQUEST, "update dependencies", NULL, "deps", "generic", "update" },

  { PATTERN_REQUEST, "generate docs|update readme|documentation|readme", NULL, "docs", "generate", "all" },

  { PATTERN_ERROR, "test failed|tests failed|pytest", NULL, "test", "pytest", "backend" },
  { PATTERN_ERROR, "vitest", NULL, "test", "vitest", "frontend" },
  { PATTERN_ERROR, "type error|type errors|typecheck|tsc", NULL, "build", "typecheck", "backend" },
  { PATTERN_ERROR, "compilation|compile error|compile errors", NULL, "build", "compile", "backend" },
  { PATTERN_ERROR, "eslint|lint", NULL, "format", "eslint", "all" },

  { PATTERN_TEMPLATE, "test", NULL, "test", "generic", "all" },
  { PATTERN_TEMPLATE, "build", NULL, "build", "generic", "all" },
  { PATTERN_TEMPLATE, "plan", NULL, NULL, NULL, NULL },
  { PATTERN_TEMPLATE, "sdlc|zte", NULL, "sdlc", "full", "all" },
  { PATTERN_TEMPLATE, "patch|lightweight", NULL, "patch", "quick", "all" },
  { PATTERN_TEMPLATE, "ship", NULL, "deploy", "ship", "all" },
  { PATTERN_TEMPLATE, "review", NULL, "review", "code", "all" },

  /* The target of rules that name none; without any of these it is all. */
  { PATTERN_REQUEST, "both", NULL, NULL, NULL, "both" },
  { PATTERN_REQUEST, "all", "test|tests|code|file|files", NULL, NULL, "all" },
  { PATTERN_REQUEST, "backend|back-end|server|servers|api|apis", NULL, NULL, NULL, "backend" },
  { PATTERN_REQUEST, "frontend|front-end|client|clients|ui", NULL, NULL, NULL, "frontend" },
  { PATTERN_TEMPLATE, "server|backend", NULL, NULL, NULL, "backend" },
  { PATTERN_TEMPLATE, "client|frontend", NULL, NULL, NULL, "frontend" },
};

const int kPatternRuleCount = (int)(sizeof kPatternRules / sizeof kPatternRules[0]);
