/*
** What the files of tenants/ share: the bodies, and how a row with an id is made.
**
** The tenant itself is never passed on here: statements have the parameter :tenant, which the engine binds.
*/
#ifndef LORE_TENANTS_H
#define LORE_TENANTS_H

#include "engine/engine.h"

/* 1 when the argument `id` is known: with a notice when what is given is the same, else refused; its result is set. Else a new
** id is made where none was given. */
int tenantsIsKnown(LoreCall *call, int id, LoreSql differs);

/* ---- Bodies: context.c ---- */
void tenantUse(LoreCall *call);       /* the tenant */
void tenantCurrent(LoreCall *call);   /* the tenant, or NULL */
void tenantLock(LoreCall *call);      /* the tenant */
void tenantSelftest(LoreCall *call);  /* selftest.c: rows */

/* ---- clones.c ---- */
void cloneCreate(LoreCall *call);     /* id */
void cloneUpdate(LoreCall *call);     /* 1, or 0 when it was so */
void cloneDeactivate(LoreCall *call); /* 1, or 0 when it was so */
void personaSummary(LoreCall *call);  /* words */
void personaPreviewPut(LoreCall *call); /* 1, or 0 when it was so */
void personaPreview(LoreCall *call);  /* prepares the reader */

/* ---- insights.c ---- */
void insightCreate(LoreCall *call);   /* id */
void insightSetStatus(LoreCall *call); /* 1, or 0 when it was so */
void insightList(LoreCall *call);     /* rows */
void insightsWhere(LoreCall *call);   /* rows */
void actionsWhere(LoreCall *call);    /* rows */
void alertDelivered(LoreCall *call);  /* 1, or 0 when it was so */
void alertFailed(LoreCall *call);     /* 1 */

/* ---- goals.c ---- */
void goalCreate(LoreCall *call);      /* id */
void goalProgress(LoreCall *call);    /* 1, or 0 when it was so */
void goalSweep(LoreCall *call);       /* how many */

/* ---- actions.c ---- */
void guardrailCheck(LoreCall *call);  /* JSON */
void actionPropose(LoreCall *call);   /* id */
void actionApprove(LoreCall *call);   /* 1, or 0 when it was so */
void actionReject(LoreCall *call);    /* 1, or 0 when it was so */
void actionResult(LoreCall *call);    /* 1, or 0 when it was so */

/* ---- accounts.c ---- */
void feedbackRecord(LoreCall *call);  /* id */
void interactionRecord(LoreCall *call); /* id */
void customerSummaryPut(LoreCall *call); /* 1, or 0 when it was so */
void customerView(LoreCall *call);    /* prepares the reader */
void dailyDigest(LoreCall *call);     /* prepares the reader */

#endif
