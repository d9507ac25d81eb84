/*
** What the files of snapshots/ share: the bodies of its verbs and readers.
*/
#ifndef LORE_SNAPSHOTS_H
#define LORE_SNAPSHOTS_H

#include "engine/engine.h"

/* save.c */
void patternSnapshotSave(LoreCall *call); /* id */
void costSnapshotSave(LoreCall *call);    /* id */

/* events.c */
void eventPublish(LoreCall *call);  /* id */
void eventsClaim(LoreCall *call);   /* JSON array of events */
void eventsAck(LoreCall *call);     /* how many */
void eventsArchive(LoreCall *call); /* how many */

/* readers.c */
void trendRow(LoreCall *call);      /* pattern_snapshot_trend */

#endif
