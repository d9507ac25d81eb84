package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/canonical/go-dqlite/app"
	"github.com/canonical/go-dqlite/client"
)

// runNode runs a node until it is told to stop, and then hands its duties to another.
// arguments: folder of its log, its address, members of the cluster to join.
func runNode(arguments []string) error {
	folder, address, members := arguments[0], arguments[1], arguments[2:]
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	options := []app.Option{app.WithAddress(address), app.WithLogFunc(logWarnings)}
	if len(members) > 0 {
		options = append(options, app.WithCluster(members))
	}
	node, err := app.New(folder, options...)
	if err != nil {
		return err
	}
	defer node.Close()
	if err := node.Ready(context.Background()); err != nil {
		return err
	}
	fmt.Println("ready")

	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	<-stop
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return node.Handover(patience)
}

func logWarnings(level client.LogLevel, format string, values ...interface{}) {
	if level >= client.LogWarn {
		log.Printf(format, values...)
	}
}
