/*
** The adaptive configuration: nodes of type config, with all their versions.
*/
#ifndef LORE_GRAPH_CONFIG_H
#define LORE_GRAPH_CONFIG_H

#include "engine/engine.h"

#define CONFIG_LOCAL_KINDS "filter_config|channel_config|user_tracking|response_templates|tool_preferences"
#define CONFIG_IDENTITY_KINDS "behavior_config|ethical_boundaries|capability_limits|trust_parameters|learning_rules"
#define CONFIG_KINDS CONFIG_LOCAL_KINDS "|" CONFIG_IDENTITY_KINDS

void configSet(LoreCall *call);         /* version */
void configLearn(LoreCall *call);       /* version */
void configRollback(LoreCall *call);    /* version */
void configGet(LoreCall *call);         /* JSON, or the value of a path */
void configHistory(LoreCall *call);     /* prepares the statement of config_history */

#endif
