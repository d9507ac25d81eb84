package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/canonical/go-dqlite/client"
)

// storeOf holds the addresses by which a leader is looked for.
func storeOf(members []string) (client.NodeStore, error) {
	nodes := []client.NodeInfo{}
	for _, member := range members {
		nodes = append(nodes, client.NodeInfo{Address: member})
	}
	store := client.NewInmemNodeStore()
	return store, store.Set(context.Background(), nodes)
}

// leaderOf connects to the leader; the caller closes.
func leaderOf(ctx context.Context, members []string) (*client.Client, error) {
	store, err := storeOf(members)
	if err != nil {
		return nil, err
	}
	return client.FindLeader(ctx, store)
}

func soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 20*time.Second)
}

func showLeader(members []string) error {
	ctx, cancel := soon()
	defer cancel()
	connection, err := leaderOf(ctx, members)
	if err != nil {
		return err
	}
	defer connection.Close()
	leader, err := connection.Leader(ctx)
	if err != nil {
		return err
	}
	fmt.Println(leader.Address)
	return nil
}

func showMembers(members []string) error {
	ctx, cancel := soon()
	defer cancel()
	connection, err := leaderOf(ctx, members)
	if err != nil {
		return err
	}
	defer connection.Close()
	nodes, err := connection.Cluster(ctx)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		fmt.Println(node.Address, node.Role)
	}
	return nil
}

// dumpNode writes the files of a node's own copy, which any SQLite opens: what that node has applied by now, leader or not.
func dumpNode(arguments []string) error {
	ctx, cancel := soon()
	defer cancel()
	connection, err := client.New(ctx, arguments[0])
	if err != nil {
		return err
	}
	defer connection.Close()
	files, err := connection.Dump(ctx, database)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(arguments[1], 0o755); err != nil {
		return err
	}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(arguments[1], file.Name), file.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
