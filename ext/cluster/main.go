// lore-cluster: a dqlite node with the extension linked in, and what one needs to talk to a cluster of them.
//
// It is a program that uses the library, and no part of it. `make cluster` builds it; ext/cluster/three starts three nodes
// on this machine; docs/cluster.md says what a cluster changes.
package main

/*
#include <sqlite3.h>
#include "lore.h"

static int registerLore(void){
  return sqlite3_auto_extension((void(*)(void))sqlite3_lore_init);
}
*/
import "C"

import (
	"fmt"
	"os"
)

const usage = `usage: lore-cluster node DIR ADDRESS [MEMBER...]    run a node; the first of a cluster is given no member to join
       lore-cluster client MEMBER...               run the requests that its input holds, one JSON object a line
       lore-cluster leader MEMBER...               address of the leader
       lore-cluster members MEMBER...              address and role of each node
       lore-cluster dump ADDRESS DIR               write the node's own copy of the database into DIR
An address is host:port.
`

var commands = map[string]struct {
	least int
	run   func(arguments []string) error
}{
	"node":    {2, runNode},
	"client":  {1, runClient},
	"leader":  {1, showLeader},
	"members": {1, showMembers},
	"dump":    {2, dumpNode},
}

// database is the name of the one database of a cluster.
const database = "lore"

func main() {
	if len(os.Args) < 2 || len(os.Args)-2 < commands[os.Args[1]].least || commands[os.Args[1]].run == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	// Here and not in an init: go-dqlite's own must have configured SQLite before anything of SQLite is called.
	if code := C.registerLore(); code != C.SQLITE_OK {
		fmt.Fprintf(os.Stderr, "lore-cluster: the extension could not be registered: %d\n", int(code))
		os.Exit(1)
	}
	if err := commands[os.Args[1]].run(os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "lore-cluster: %v\n", err)
		os.Exit(1)
	}
}
