/*
** report_html: a page of sections, which needs nothing but itself.
*/
#ifndef LORE_REPORT_PAGE_H
#define LORE_REPORT_PAGE_H

#include "engine/engine.h"

extern const char kPageStyle[]; /* CSS, for <style> */

void reportPage(LoreCall *call);

#endif
