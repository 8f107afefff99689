// Drives the emulator with the Batch data-plane client of the Azure SDK for Go, unmodified, and prints what it saw as
// JSON. It stops at the first call that does not go as it should.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/Azure/azure-sdk-for-go/services/batch/2020-09-01.12.0/batch"
	"github.com/Azure/go-autorest/autorest"
	"github.com/Azure/go-autorest/autorest/to"
)

const (
	poolID   = "go-pool"
	jobID    = "go-job"
	deadline = 30 * time.Second
	pause    = 20 * time.Millisecond
)

var facts = map[string]interface{}{}

type clients struct {
	account  batch.AccountClient
	pool     batch.PoolClient
	node     batch.ComputeNodeClient
	job      batch.JobClient
	schedule batch.JobScheduleClient
	task     batch.TaskClient
	file     batch.FileClient
}

func main() {
	ctx := context.Background()
	c := newClients()
	c.makePool(ctx)
	c.runTasks(ctx)
	c.readFiles(ctx)
	c.refusals(ctx)
	c.changeJob(ctx)
	c.useNodes(ctx)
	c.useSchedule(ctx)
	c.deleteAll(ctx)
	must(json.NewEncoder(os.Stdout).Encode(facts))
}

func newClients() clients {
	endpoint := os.Getenv("AZURE_BATCH_ENDPOINT")
	credentials, err := newSharedKey(os.Getenv("AZURE_BATCH_ACCOUNT"), os.Getenv("AZURE_BATCH_ACCESS_KEY"))
	must(err)
	c := clients{
		batch.NewAccountClient(endpoint), batch.NewPoolClient(endpoint), batch.NewComputeNodeClient(endpoint),
		batch.NewJobClient(endpoint), batch.NewJobScheduleClient(endpoint), batch.NewTaskClient(endpoint),
		batch.NewFileClient(endpoint),
	}
	for _, each := range []*autorest.Client{
		&c.account.Client, &c.pool.Client, &c.node.Client, &c.job.Client, &c.schedule.Client, &c.task.Client,
		&c.file.Client,
	} {
		each.Authorizer = credentials
		each.RetryAttempts = 1
	}
	return c
}

func (c clients) makePool(ctx context.Context) {
	images, err := c.account.ListSupportedImagesComplete(ctx, "osType eq 'linux'", nil, nil, nil, nil, nil)
	must(err)
	found := false
	for ; images.NotDone(); must(images.NextWithContext(ctx)) {
		found = found || *images.Value().NodeAgentSKUID == "batch.node.ubuntu 22.04"
	}
	facts["hasImage"] = found
	_, err = c.pool.Add(ctx, batch.PoolAddParameter{
		ID:                   to.StringPtr(poolID),
		VMSize:               to.StringPtr("STANDARD_D2s_v3"),
		TargetDedicatedNodes: to.Int32Ptr(2),
		TaskSlotsPerNode:     to.Int32Ptr(4),
		VirtualMachineConfiguration: &batch.VirtualMachineConfiguration{
			ImageReference: &batch.ImageReference{
				Publisher: to.StringPtr("canonical"),
				Offer:     to.StringPtr("0001-com-ubuntu-server-jammy"),
				Sku:       to.StringPtr("22_04-lts"),
			},
			NodeAgentSKUID: to.StringPtr("batch.node.ubuntu 22.04"),
		},
		StartTask: &batch.StartTask{CommandLine: to.StringPtr("echo ready"), WaitForSuccess: to.BoolPtr(true)},
		Metadata:  &[]batch.MetadataItem{{Name: to.StringPtr("a"), Value: to.StringPtr("1")}},
	}, nil, nil, nil, nil)
	must(err)
	waitUntil("the nodes are idle", func() bool { return len(c.nodes(ctx, "state eq 'idle'")) == 2 })
	pool, err := c.pool.Get(ctx, poolID, "", "", nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	facts["pool"] = map[string]interface{}{
		"state": pool.State, "allocationState": pool.AllocationState, "vmSize": pool.VMSize,
		"resizeTimeout": pool.ResizeTimeout, "currentDedicatedNodes": pool.CurrentDedicatedNodes,
		"taskSlotsPerNode": pool.TaskSlotsPerNode, "tagIsTheHeaders": pool.Header.Get("ETag") == *pool.ETag,
	}
	here, err := c.pool.Exists(ctx, poolID, nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	missing, err := c.pool.Exists(ctx, "nowhere", nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	facts["exists"] = []int{here.StatusCode, missing.StatusCode}
}

func (c clients) nodes(ctx context.Context, filter string) []batch.ComputeNode {
	var nodes []batch.ComputeNode
	all, err := c.node.ListComplete(ctx, poolID, filter, "", nil, nil, nil, nil, nil)
	for must(err); all.NotDone(); must(all.NextWithContext(ctx)) {
		nodes = append(nodes, all.Value())
	}
	return nodes
}

func (c clients) runTasks(ctx context.Context) {
	_, err := c.job.Add(ctx, batch.JobAddParameter{
		ID: to.StringPtr(jobID), PoolInfo: &batch.PoolInformation{PoolID: to.StringPtr(poolID)},
	}, nil, nil, nil, nil)
	must(err)
	var tasks []batch.TaskAddParameter
	for index := 0; index < 24; index++ {
		tasks = append(tasks, taskOf(fmt.Sprintf("t%02d", index), "true"))
	}
	added, err := c.task.AddCollection(ctx, jobID, batch.TaskAddCollectionParameter{Value: &tasks}, nil, nil, nil, nil)
	must(err)
	statuses := map[batch.TaskAddStatus]int{}
	for _, each := range *added.Value {
		statuses[each.Status]++
	}
	facts["added"] = statuses
	_, err = c.task.Add(ctx, jobID, taskOf("talks", "/bin/sh -c 'echo 0123456789; echo bad >&2; exit 3'"), nil, nil, nil, nil)
	must(err)
	waitUntil("every task is completed", func() bool {
		counts, err := c.job.GetTaskCounts(ctx, jobID, nil, nil, nil, nil)
		must(err)
		return *counts.TaskCounts.Completed == 25
	})
	counts, err := c.job.GetTaskCounts(ctx, jobID, nil, nil, nil, nil)
	must(err)
	facts["counts"] = counts.TaskCounts
	facts["pages"] = c.pages(ctx)
	failed, err := c.task.Get(ctx, jobID, "talks", "id,executionInfo", "", nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	facts["failed"] = []interface{}{failed.State, *failed.ExecutionInfo.ExitCode, *failed.ExecutionInfo.FailureInfo.Code}
}

func taskOf(id, commandLine string) batch.TaskAddParameter {
	return batch.TaskAddParameter{ID: to.StringPtr(id), CommandLine: to.StringPtr(commandLine)}
}

// pages gives the sizes of the pages that next links lead to.
func (c clients) pages(ctx context.Context) []int {
	var sizes []int
	page, err := c.task.List(ctx, jobID, "startswith(id,'t')", "id,state", "", to.Int32Ptr(10), nil, nil, nil, nil)
	for must(err); page.NotDone(); must(page.NextWithContext(ctx)) {
		sizes = append(sizes, len(page.Values()))
	}
	return sizes
}

func (c clients) readFiles(ctx context.Context) {
	read := func(ocpRange string) string {
		file, err := c.file.GetFromTask(ctx, jobID, "talks", "stdout.txt", nil, nil, nil, nil, ocpRange, nil, nil)
		must(err)
		defer (*file.Value).Close()
		text, err := io.ReadAll(*file.Value)
		must(err)
		return string(text)
	}
	facts["stdout"] = []string{read(""), read("bytes=2-4")}
	about, err := c.file.GetPropertiesFromTask(ctx, jobID, "talks", "stdout.txt", nil, nil, nil, nil, nil, nil)
	must(err)
	facts["properties"] = []string{
		about.Header.Get("Content-Length"), about.Header.Get("ocp-batch-file-isdirectory"), about.Header.Get("Content-Type")}
	// The service sends contentLength as text, which this client's model, a number, cannot take.
	_, err = c.file.ListFromTask(ctx, jobID, "talks", "", to.BoolPtr(false), nil, nil, nil, nil, nil)
	facts["listOfFiles"] = fmt.Sprint(err)
	_, err = c.file.DeleteFromTask(ctx, jobID, "talks", "stderr.txt", nil, nil, nil, nil, nil)
	must(err)
}

// refusals collects status and text of calls that must fail. This client's errors expect another form of `message` than
// Batch has, so that the code is only in the text.
func (c clients) refusals(ctx context.Context) {
	refusals := map[string]interface{}{}
	tell := func(name string, err error) {
		detailed, ok := err.(autorest.DetailedError)
		if !ok {
			must(fmt.Errorf("%s was not refused: %v", name, err))
		}
		refusals[name] = map[string]interface{}{"status": detailed.StatusCode, "text": detailed.Error()}
	}
	_, err := c.pool.Get(ctx, "nowhere", "", "", nil, nil, nil, nil, "", "", nil, nil)
	tell("missing", err)
	_, err = c.job.Add(ctx, batch.JobAddParameter{
		ID: to.StringPtr(jobID), PoolInfo: &batch.PoolInformation{PoolID: to.StringPtr(poolID)}}, nil, nil, nil, nil)
	tell("exists", err)
	_, err = c.task.Add(ctx, jobID, taskOf("not an id", "true"), nil, nil, nil, nil)
	tell("badID", err)
	_, err = c.job.Delete(ctx, jobID, nil, nil, nil, nil, "0x8DC0000000000000", "", nil, nil)
	tell("stale", err)
	_, err = c.task.List(ctx, jobID, "nothing eq 1", "", "", nil, nil, nil, nil, nil)
	tell("filter", err)
	facts["refusals"] = refusals
}

func (c clients) changeJob(ctx context.Context) {
	state := func() batch.JobState {
		job, err := c.job.Get(ctx, jobID, "", "", nil, nil, nil, nil, "", "", nil, nil)
		must(err)
		return job.State
	}
	_, err := c.job.Patch(ctx, jobID, batch.JobPatchParameter{Priority: to.Int32Ptr(7)}, nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	_, err = c.job.Disable(ctx, jobID, batch.JobDisableParameter{DisableTasks: batch.DisableJobOptionRequeue},
		nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	waitUntil("the job is disabled", func() bool { return state() == batch.JobStateDisabled })
	_, err = c.job.Enable(ctx, jobID, nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	_, err = c.task.Reactivate(ctx, jobID, "talks", nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	_, err = c.job.Terminate(ctx, jobID, &batch.JobTerminateParameter{TerminateReason: to.StringPtr("enough")},
		nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	waitUntil("the job is completed", func() bool { return state() == batch.JobStateCompleted })
	job, err := c.job.Get(ctx, jobID, "", "", nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	facts["job"] = []interface{}{*job.Priority, *job.ExecutionInfo.TerminateReason}
}

func (c clients) useNodes(ctx context.Context) {
	nodes := c.nodes(ctx, "")
	node := *nodes[0].ID
	_, err := c.node.AddUser(ctx, poolID, node, batch.ComputeNodeUser{
		Name: to.StringPtr("visitor"), Password: to.StringPtr("a Password 1")}, nil, nil, nil, nil)
	must(err)
	_, err = c.node.DeleteUser(ctx, poolID, node, "visitor", nil, nil, nil, nil)
	must(err)
	// Optional bodies: absent here.
	_, err = c.node.DisableScheduling(ctx, poolID, node, nil, nil, nil, nil, nil)
	must(err)
	_, err = c.node.EnableScheduling(ctx, poolID, node, nil, nil, nil, nil)
	must(err)
	_, err = c.node.Reboot(ctx, poolID, node, nil, nil, nil, nil, nil)
	must(err)
	waitUntil("the node has booted again", func() bool { return len(c.nodes(ctx, "state eq 'idle'")) == 2 })
	_, err = c.pool.RemoveNodes(ctx, poolID, batch.NodeRemoveParameter{NodeList: &[]string{node}},
		nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	waitUntil("one node is left", func() bool { return len(c.nodes(ctx, "")) == 1 })
	counts, err := c.account.ListPoolNodeCounts(ctx, "poolId eq '"+poolID+"'", to.Int32Ptr(10), nil, nil, nil, nil)
	must(err)
	facts["nodesLeft"] = *counts.Values()[0].Dedicated.Total
}

func (c clients) useSchedule(ctx context.Context) {
	_, err := c.schedule.Add(ctx, batch.JobScheduleAddParameter{
		ID:       to.StringPtr("go-schedule"),
		Schedule: &batch.Schedule{RecurrenceInterval: to.StringPtr("PT1H")},
		JobSpecification: &batch.JobSpecification{
			PoolInfo: &batch.PoolInformation{PoolID: to.StringPtr(poolID)}},
	}, nil, nil, nil, nil)
	must(err)
	// A schedule makes its first job when it is due, not in the answer to its creation.
	waitUntil("the schedule has made a job", func() bool {
		jobs, err := c.job.ListFromJobSchedule(ctx, "go-schedule", "", "", "", to.Int32Ptr(1000), nil, nil, nil, nil)
		must(err)
		if len(jobs.Values()) == 0 {
			return false
		}
		facts["jobOfSchedule"] = *jobs.Values()[0].ID
		return true
	})
	_, err = c.schedule.Terminate(ctx, "go-schedule", nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	_, err = c.schedule.Delete(ctx, "go-schedule", nil, nil, nil, nil, "", "", nil, nil)
	must(err)
}

func (c clients) deleteAll(ctx context.Context) {
	_, err := c.job.Delete(ctx, jobID, nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	_, err = c.pool.Delete(ctx, poolID, nil, nil, nil, nil, "", "", nil, nil)
	must(err)
	waitUntil("the pool is gone", func() bool {
		answer, err := c.pool.Exists(ctx, poolID, nil, nil, nil, nil, "", "", nil, nil)
		must(err)
		return answer.StatusCode == 404
	})
}

func waitUntil(what string, condition func() bool) {
	for end := time.Now().Add(deadline); !condition(); time.Sleep(pause) {
		if time.Now().After(end) {
			must(fmt.Errorf("not within %v: %s", deadline, what))
		}
	}
}

// must ends the program when there is an error, with the error and the calls that led to it.
func must(err error) {
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, err)
	debug.PrintStack()
	os.Exit(1)
}
