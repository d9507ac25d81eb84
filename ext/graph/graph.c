/*
** graph: what an agent knows, as nodes and facts in time, and the configuration that it learns.
**
** Nodes (nodes.c) and edges (edges.c) are written by verbs, and deleted for good (forget.c), in scopes with rules of their own;
** what would change the scope identity becomes a request (scopes.c), which an authority approves (approvals.c, authorities.c).
** Walks, paths, components and ranks are pure parts (walk.c, path.c, weighted.c, whole.c) over an adjacency that the tables give
** (tables.c); walks.c and wholes.c make their rows. A configuration is a node (config.c), whose members are merged (members.c) and
** learned (learn.c).
**
** Storage: sql/schema/graph. Statements: sql/statements/graph.sql.
*/
#include "graph/graph.h"

#include "graph/approvals.h"
#include "graph/authorities.h"
#include "graph/config.h"
#include "graph/edge.h"
#include "graph/node.h"
#include "graph/scopes.h"

#define SCOPES "local|identity|environment|community|network"
#define DIRECTION "direction:word(out|in|both)=out"
#define SCOPE "scope:word(" SCOPES ")"
#define ID "text[1..1000]"
#define WORDS "text[1..200]"
#define ROLE "role:word(root|authority|observer)"
#define SUBJECT "subject:text[0..900]"
#define NODE_COLUMNS                                                                                          \
  "id TEXT, scope TEXT, type TEXT, attributes TEXT, version INTEGER, created_by TEXT, created_at TEXT, " \
  "updated_by TEXT, updated_at TEXT"

static const LoreVerb kVerbs[] = {
  { "graph_put_node", "id:" ID "! " SCOPE "! type:text[1..100]! attributes:object expected_version:int[0..] by:text[0..200]",
    graphPutNode, WRITES_BY_ITSELF("graph_nodes graph_history graph_approvals secrets secret_access_log"),
    "store a node, or replace its type and attributes; its version, or in the scope identity the number of the request",
    "'agent/ann', 'local', 'agent', '{\"color\": \"red\"}'" },
  { "graph_merge_node", "id:" ID "! " SCOPE "! type:text[1..100]! attributes:object expected_version:int[0..] by:text[0..200]",
    graphMergeNode, WRITES_BY_ITSELF("graph_nodes graph_history graph_approvals secrets secret_access_log"),
    "put members over those of a node's attributes; its version, or the number of the request",
    "'concept/sqlite', 'local', 'concept', '{\"name\": \"SQLite\"}'" },
  { "graph_delete_node", "id:" ID "! " SCOPE "!", graphDeleteNode, WRITES("graph_nodes graph_history graph_edges graph_approvals"),
    "delete a node with its edges and its history; how many nodes and edges, or the number of the request",
    "'concept/sqlite', 'local'" },
  { "graph_forget", "source_event:text[1..2000]!", graphForget, WRITES("graph_nodes graph_history graph_edges graph_approvals"),
    "delete all whose attribute provenance is this; how many nodes and edges", "'event-1'" },
  { "config_set", "kind:word(" CONFIG_KINDS ")! patch:object! reason:text[1..2000]! by:text[0..200] " SUBJECT, configSet,
    WRITES("graph_nodes graph_history graph_approvals"),
    "put members over those of a configuration; its version, or the number of the request",
    "'filter_config', '{\"level\": 3, \"words\": [\"a\"]}', 'less noise', 'ann'" },
  { "config_learn", "kind:word(" CONFIG_KINDS ")! subject:text[1..900]! observation:object! by:text[0..200]", configLearn,
    WRITES("graph_nodes graph_history"), "one step of learning: counts, rates, learned_patterns; the version",
    "'tool_preferences', 'grep', '{\"counts\": {\"used\": 1}, \"rates\": {\"success\": 1}, \"learned_patterns\": [\"fast\"]}'" },
  { "config_rollback", "kind:word(" CONFIG_KINDS ")! version:int[1..]! " SUBJECT " by:text[0..200]", configRollback,
    WRITES("graph_nodes graph_history graph_approvals audit_log"),
    "give a configuration the attributes of a version again, as a new version; that, or the number of the request",
    "'filter_config', 1" },
  { "graph_put_edge",
    "source:" ID "! target:" ID "! " SCOPE "! relationship:" WORDS "! weight:real attributes:object valid_from:time "
    "by:text[0..200]",
    graphPutEdge, WRITES_BY_ITSELF("graph_edges graph_approvals"),
    "store a fact, or change the current one; its edge_id, or the number of the request",
    "'agent/ann', 'config/filter_config', 'local', 'follows', 0.5" },
  { "graph_end_edge", "source:" ID "! target:" ID "! " SCOPE "! relationship:" WORDS "!", graphEndEdge,
    WRITES_BY_ITSELF("graph_edges graph_approvals"), "a fact holds no longer; 1 or 0, or the number of the request",
    "'agent/ann', 'concept/calm', 'identity', 'is'" },
  { "graph_reject", "request:int! by:" WORDS "! reason:text[1..2000]!", graphReject, WRITES("graph_approvals audit_log"),
    "a request comes to nothing; 1 or 0", "(SELECT max(request) FROM main.graph_approvals), 'ann', 'not now'" },
  { "authority_add", "id:" WORDS "! " ROLE "! public_key:any! by:" WORDS " signature:any", authorityAdd,
    WRITES("authorities audit_log"), "register who may approve: the first is a root, all others a root signs; 1 or 0",
    "'root', 'root', '8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c'" },
  { "authority_revoke", "id:" WORDS "! by:" WORDS "! signature:any", authorityRevoke, WRITES("authorities audit_log"),
    "an authority's key counts no longer, which a root signs; 1 or 0",
    "'watcher', 'root', 'b632bec721803e08ba56108412de6871f22dfcca93d02b5cdeda0e7c436ca34f"
    "5283c61a252c14f2b25ede06defff8042dce600ed67262fa69977b509f262908'" },
  { "graph_approve", "request:int! signature:any!", graphApprove,
    WRITES("graph_approvals graph_nodes graph_history graph_edges audit_log"),
    "run a request that an authority has signed; what it gives",
    "(SELECT max(request) FROM main.graph_approvals), 'ed0424101c959e6d41f67ddb6f81cff0bb5ff9d2c68ad622c2b55dac99765785"
    "c88ffd3632a2cf74d1ab14e7143e570fc64da8c2f6b6df86a6a26e731e5b3004'" },
};

static const LoreReader kReaders[] = {
  { "graph_walk", "start:" ID "! " SCOPE " max_depth:int[0..]=3 " DIRECTION " relationship:" WORDS " as_of:time max_nodes:int[1..]",
    "node TEXT, depth INTEGER, path TEXT, edge_id INTEGER, weight REAL", SQL_NONE,
    "every node that can be reached, breadth-first, each once by its shortest depth", "'agent/ann', 'local'", graphWalkRows },
  { "graph_path",
    "source:" ID "! target:" ID "! " SCOPE " max_depth:int[0..] " DIRECTION " relationship:" WORDS " "
    "weighted:int[0..1]=0 as_of:time",
    "step INTEGER, node TEXT, edge_id INTEGER, weight REAL, distance REAL", SQL_NONE,
    "one shortest path, a row a step", "'agent/ann', 'config/filter_config'", graphPathRows },
  { "graph_components", SCOPE " as_of:time", "node TEXT, component TEXT, size INTEGER", SQL_NONE,
    "what hangs together, whatever the directions; the largest first", "'local'", graphComponentRows },
  { "graph_rank", SCOPE " damping:real[0..1]=0.85 iterations:int[1..10000]=100 as_of:time", "node TEXT, rank REAL", SQL_NONE,
    "PageRank by weight, highest first", "'local'", graphRankRows },
  { "graph_diff", "since:time until:time " SCOPE,
    "change TEXT, at TEXT, source TEXT, target TEXT, relationship TEXT, scope TEXT, weight REAL, weight_before REAL, "
    "attributes TEXT, attributes_before TEXT",
    SQL_GRAPH_DIFF_ROWS, "facts that were added, ended or changed between two moments", "'2020-01-01'", graphDiff },
  { "graph_nodes_where", "type:text[1..100] " SCOPE " path:text[1..500] value:any", NODE_COLUMNS, SQL_NONE,
    "nodes by type, scope and the value of an attribute", "'agent', NULL, '$.color', 'red'", graphNodesWhere },
  { "graph_recall", "id:" ID "! " SCOPE " action:text[1..100] accessor:text[1..200]", NODE_COLUMNS, SQL_NONE,
    "a node, with those secrets put back that the action allows", "'agent/ann', 'local', 'speak', 'ann'", graphRecall },
  { "graph_approval_requests", "at:time",
    "request INTEGER, verb TEXT, arguments TEXT, state TEXT, requested_at TEXT, expires_at TEXT, payload_hash TEXT, message TEXT, "
    "message_hex TEXT",
    SQL_NONE, "requests that wait, each with the text that an authority signs", "", graphRequestRows },
  { "config_history", "kind:word(" CONFIG_KINDS ")! " SUBJECT,
    "version INTEGER, attributes TEXT, reason TEXT, changed_by TEXT, changed_at TEXT, is_current INTEGER", SQL_CONFIG_HISTORY_ROWS,
    "every version of a configuration, newest first", "'filter_config'", configHistory },
};

static const LoreFunction kFunctions[] = {
  { "config_get", "kind:word(" CONFIG_KINDS ")! path:text[1..500] " SUBJECT, configGet, LORE_READS,
    "a configuration as JSON, the subject's members over the kind's; or the value of a path", "'filter_config', '$.level'" },
  { "authority_message", "action:word(add|revoke)! id:" WORDS "! by:" WORDS "! " ROLE " public_key:any",
    authorityMessage, LORE_READS, "the text that a root signs to add or to revoke an authority", "'revoke', 'watcher', 'root'" },
};

static const LoreSetting kSettings[] = {
  { "approval_ttl_hours", "int[1..87600]", "720", "hours after which a request for the scope identity can't be approved any more" },
};

static const LoreSearchable kSearchables[] = {
  { "graph_nodes", "attributes", NULL },
};

const LoreSubsystem kGraph = {
  .name = "graph",
  .tenant_rule = "denied",
  .verbs = LORE_TABLE(kVerbs),
  .readers = LORE_TABLE(kReaders),
  .functions = LORE_TABLE(kFunctions),
  .settings = LORE_TABLE(kSettings),
  .searchables = LORE_TABLE(kSearchables),
  .direct_readers = "graph_recall",
  .figures = SQL_GRAPH_INFO,
  .validate = SQL_GRAPH_VALIDATE,
};
