/*
** lore_export: all rows of our tables as JSON Lines.
**
**   {"lore_export":1,"version":"0.1.0","migrations":{"keys":1},"tables":{"key_log":{"rows":2,"columns":["seq",...]}},
**    "sequences":{"work_log":17}}                      one line: the format, what wrote it, what follows
**   {"table":"key_log","row":{"seq":1,...}}            each row, table by table, in the order of the primary key
**   {"lore_export_end":1,"rows":2,"checksum":"..."}    BLAKE2b-128 of all lines before it, each with its line end
**
** lines.h has the form of a value. Tables come in an order in which they can be filled (tables.h). Columns are those that the
** file has, also such as other software has added; what is computed (a generated column) is left out. `sequences` are the
** numbers that AUTOINCREMENT has reached. What lore_export leaves out of a subsystem, its row says (not_exported).
*/
#ifndef LORE_ADMIN_EXPORT_H
#define LORE_ADMIN_EXPORT_H

#include "engine/engine.h"

enum { EXPORT_FORMAT = 1 };

void exportLines(LoreCall *call); /* rows of lore_export(subsystem): line */

int exportLeavesOut(LoreCall *call, const char *table); /* 1 when the table's subsystem does not export it */

#endif
